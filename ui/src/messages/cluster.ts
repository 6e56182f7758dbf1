import { plural } from './plural';

export const cluster = {
  title: (context: string) => `From cluster ${context}`,
  lead: (namespace: string) =>
    `The current context of your kubeconfig names these, for its namespace ${namespace} and for everybody. They come first when you browse, and cannot be changed here.`,
  list: 'Registries from the cluster',
  from: (context: string) => `from cluster ${context}`,
  readOnly: 'Read only',
  scope: { namespace: 'this namespace', cluster: 'whole cluster' },
  skipsTls:
    'The cluster says that its certificate need not be verified. Registrar verifies it all the same; copy it to trust its certificate yourself.',
  plain: 'Not encrypted',
  inList: 'In your list',
  copy: 'Copy to my list',
  copyOf: (name: string) => `Copy to my list: ${name}`,
  copied: (name: string) => `“${name}” is in your list now`,
  browse: 'Browse stacks',
  browseOf: (name: string) => `Browse stacks of ${name}`,
  again: 'Ask the cluster again',
  asking: 'Asking the cluster…',
  hide: 'Hide',
  problem: 'The cluster’s devfile registries could not be read',
  leftOut: (n: number) => `${plural(n, 'entry', 'entries')} of the cluster’s lists cannot be used`,
  unnamed: 'Without a name',
  command: 'Ask the cluster for devfile registries',
} as const;
