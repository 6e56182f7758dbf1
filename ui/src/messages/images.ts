/** The pages about images in container registries. */
import type { ConfigPart, ReferrerKind, ReferrerSource } from '../bindings';
import { bytes } from '../lib/bytes';
import { number, plural } from './plural';

const repositories = (n: number) => plural(n, 'repository', 'repositories');
const tags = (n: number) => plural(n, 'tag', 'tags');

const referrerKind: Record<ReferrerKind, string> = {
  signature: 'Signature',
  sbom: 'List of contents (SBOM)',
  attestation: 'Attestation',
  other: 'Other artifact',
};

const referrerSource: Record<ReferrerSource, string> = {
  api: 'from the registry',
  tag: 'by its tag',
  index: 'in the index',
};

const part: Record<ConfigPart, string> = {
  platform: 'Platform',
  entrypoint: 'Entrypoint',
  cmd: 'Command',
  user: 'User',
  working_dir: 'Working directory',
  ports: 'Ports',
  volumes: 'Volumes',
  env: 'Variable',
  label: 'Label',
};

export const images = {
  browse: 'Browse images',
  back: { registries: 'Registries', repositories: 'Repositories', tags: 'Tags' },
  stop: 'Stop',
  stopped: 'Stopped.',
  refresh: 'Refresh',
  /** While something is read. */
  reading: {
    repositories: (n: number) => (n > 0 ? `Reading… ${repositories(n)} so far` : 'Reading…'),
    tags: (n: number) => (n > 0 ? `Reading… ${tags(n)} so far` : 'Reading…'),
    dates: (done: number, total: number) => `Reading dates… ${number(done)} of ${number(total)}`,
    image: 'Reading the image…',
    comparison: 'Reading both images…',
  },
  leftOut: (n: number) =>
    `${plural(n, 'name was', 'names were')} left out because ${n === 1 ? 'it is' : 'they are'} malformed.`,
  more: 'The registry has more than are shown here. Narrow them down by name, or open one directly.',
  pulls: {
    unlimited: 'Docker Hub does not limit your pulls.',
    left: (left: number, limit: number) =>
      `${number(left)} of ${number(limit)} pulls left on Docker Hub`,
    window: (seconds: number) => `in ${plural(Math.round(seconds / 3600), 'hour', 'hours')}`,
    source: (source: string) => `counted for ${source}`,
    unknown: 'Docker Hub does not say how many pulls are left.',
  },
  repositories: {
    title: 'Images',
    of: (name: string) => `Images in ${name}`,
    label: 'Repositories',
    column: 'Repository',
    search: 'Search repositories',
    searchLabel: 'Search repositories',
    count: (matching: number, total: number) =>
      matching === total ? repositories(total) : `${number(matching)} of ${repositories(total)}`,
    failed: 'The repositories could not be listed',
    notOffered: 'This registry offers no list',
    notOfferedBody:
      'It does not say which repositories it has. Type the name of the one you want to see; it is remembered.',
    notAllowed: 'This registry does not show you its list',
    notAllowedBody:
      'Its repositories can be opened by name all the same, if you may pull from them. Type one; it is remembered.',
    empty: 'No repositories yet',
    emptyBody: 'Nothing has been pushed to this registry, or nothing that you may see.',
    noMatch: 'Nothing matches',
    noMatchBody: 'No repository’s name contains what you typed.',
    open: 'Open a repository by name',
    name: 'Repository',
    nameHint: (host: string) => `As it stands after ${host}/ in an image’s name.`,
    hubHint: 'Like “nginx” or “grafana/grafana”.',
    openIt: 'Open',
    before: 'Opened before',
    forget: (name: string) => `Forget ${name}`,
    clear: 'Clear the search',
  },
  tags: {
    label: 'Tags',
    columns: { name: 'Tag', created: 'Created', digest: 'Digest', compare: 'Compare' },
    search: 'Filter tags',
    count: (matching: number, total: number) =>
      matching === total ? tags(total) : `${number(matching)} of ${tags(total)}`,
    order: 'Order',
    orders: { version: 'Highest version', newest: 'Newest first' },
    dated: (n: number, total: number) =>
      `The dates of the first ${number(n)} of ${number(total)} tags were read; the others stand last.`,
    hubDates: 'Docker Hub counts each date that is read as a pull.',
    failed: 'The tags could not be listed',
    datesFailed: 'The dates could not all be read',
    empty: 'No tags',
    emptyBody: 'The repository is there, but everything in it has been deleted or has no tag.',
    noMatch: 'Nothing matches',
    noMatchBody: 'No tag contains what you typed.',
    mark: (tag: string) => `Mark ${tag} for comparison`,
    markOne: (tag: string) =>
      `${tag} is marked. Mark another one to compare the two, or choose one from elsewhere.`,
    compare: (left: string, right: string) => `Compare ${left} and ${right}`,
    unmark: 'Unmark',
  },
  image: {
    failed: 'The image could not be read',
    platform: 'Platform',
    statement: 'attestation',
    digest: 'Digest',
    indexDigest: 'Digest of the index',
    type: 'Type',
    created: 'Created',
    size: 'Size',
    sizeOf: (size: string, layers: number) => `${size} in ${plural(layers, 'layer', 'layers')}`,
    author: 'Author',
    artifact: 'Artifact',
    artifactBody: 'This is no image to be run, so it has no configuration or history.',
    notStated: 'Not stated',
    about: 'About',
    copyDigest: 'digest',
    layers: 'Layers',
    layersHint: 'From the bottom, drawn to scale.',
    layer: (n: number, size: string, percent: string) =>
      `Layer ${n}, ${size}, ${percent} of the image`,
    noLayers: 'It has no layers.',
    config: 'Configuration',
    run: {
      entrypoint: 'Entrypoint',
      cmd: 'Command',
      user: 'User',
      workingDir: 'Working directory',
      ports: 'Ports',
      volumes: 'Volumes',
      stopSignal: 'Stop signal',
    },
    env: 'Environment',
    labels: 'Labels',
    annotations: 'Annotations',
    history: 'History',
    historyLabel: 'How the image was made',
    emptyLayer: 'no layer',
    noHistory: 'The image does not say how it was made.',
    referrers: 'Belongs to it',
    referrerKind,
    referrerSource,
    openReferrer: (kind: string, digest: string) => `Show ${kind}: ${digest}`,
    noReferrers: 'No signatures, lists of contents or attestations were found.',
    referrersFailed: 'What belongs to the image could not be read',
    moreReferrers: 'There are more than are shown here.',
    pull: 'Pull it',
    commandFor: (tool: string) => `command for ${tool}`,
    kubernetes: 'Kubernetes pull secret',
    kubernetesBody:
      'For kubectl apply. Copy puts it on the clipboard with this registry’s password or token, and takes it away after 45 seconds; it is never shown here.',
    copySecret: 'Copy the secret',
    secretCopied: (seconds: number) => `Copied. The clipboard is cleared after ${seconds} seconds.`,
    manifest: 'Manifest',
    manifestOf: { image: 'Of the image', index: 'Of the index' },
    manifestLabel: 'Manifest, as the registry has it',
    showManifest: 'Show the manifest',
    manifestFailed: 'The manifest could not be read',
    copyManifest: 'manifest',
    layOut: 'Laid out here on several lines; Copy gives it as it came.',
    compareWith: 'Compare with…',
  },
  /** The dialog that chooses the other image. */
  picker: {
    title: 'Compare with another image',
    titleOf: { left: 'The image on the left', right: 'The image on the right' },
    lead: (name: string) => `It is compared with ${name}, layer by layer.`,
    reference: 'Tag or digest',
    referenceHint: 'Like “1.2” or “sha256:…”.',
    referenceMissing: 'Enter a tag or a digest.',
    readingRepositories: 'Reading which repositories there are…',
    repositoriesFailed: 'Its repositories could not be listed; type the name of one.',
    noList: 'This registry offers no list; type a repository’s name.',
    readingTags: 'Reading its tags…',
    tagsFailed: 'The tags could not be listed; type one, or a digest.',
    more: (n: number) => `${number(n)} more; type to narrow them down.`,
    confirm: 'Compare',
  },
  compare: {
    title: 'Compare images',
    failed: 'The images could not be compared',
    oneMissing: 'There is nothing to compare until both can be read.',
    unreadable: 'It could not be read',
    change: 'Change…',
    changeOf: { left: 'Change the image on the left', right: 'Change the image on the right' },
    platformOf: { left: 'Platform on the left', right: 'Platform on the right' },
    reading: 'Reading…',
    layersOf: (n: number, size: string) => `${plural(n, 'layer', 'layers')}, ${size}`,
    /** How much the right image weighs against the left one. */
    weighs: (change: number) =>
      change === 0
        ? 'Both are of the same size.'
        : `The right one is ${bytes(Math.abs(change))} ${change > 0 ? 'larger' : 'smaller'}.`,
    left: 'Left',
    right: 'Right',
    swap: 'Swap sides',
    same: 'These are the same image.',
    shared: (shared: string, percent: string) =>
      `${shared} of layers in common, ${percent} of the right image.`,
    nothingShared: 'The two have no layer in common.',
    layers: 'Layers',
    presence: { both: 'In both', left: 'Only left', right: 'Only right' },
    differences: 'Set differently',
    noDifferences: 'Both run in the same way.',
    part,
    notSet: 'not set',
    columns: { what: 'What', left: 'Left', right: 'Right' },
  },
} as const;
