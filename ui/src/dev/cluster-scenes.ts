/** Situations with registries from a cluster. */
import { Backend } from './backend';
import { CLUSTER, UNREACHABLE } from './cluster';
import { fewRegistries } from './data';
import { stackRow } from './stacks';

function withCluster(change: (backend: Backend) => void): () => Backend {
  return () => {
    const backend = new Backend(fewRegistries());
    const [first] = backend.records.map(({ row }) => row);
    const rows = [stackRow({ name: 'go', title: 'Go Runtime' }), stackRow({ name: 'ours' })];
    backend.stacks.sources = first ? [{ id: first.id, name: first.name, rows }] : [];
    change(backend);
    const { context, registries } = backend.cluster;
    backend.stacks.cluster = registries.map(({ id, name }) => ({
      id,
      name,
      cluster: context,
      rows: [stackRow({ name: `${id}-stack`, title: `Only in ${name}` })],
    }));
    return backend;
  };
}

export const clusterScenes: Record<string, () => Backend> = {
  cluster: withCluster((backend) => (backend.cluster = CLUSTER)),
  'cluster-left-out': withCluster((backend) => {
    const leftOut = [
      { name: 'Old one', message: 'it has no url' },
      { name: '', message: 'its name is no text' },
    ];
    backend.cluster = { ...CLUSTER, leftOut };
  }),
  'cluster-unreachable': withCluster((backend) => (backend.cluster = UNREACHABLE)),
};
