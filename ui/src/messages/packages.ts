import type { Ecosystem, PackageSort } from '../bindings';
import type { SourceColumn } from '../lib/sources';
import { number, plural, waiting } from './plural';

export const packages = {
  title: 'Packages',
  lead: 'Registries that live on this computer. Publish to them and install from them with npm, pip and the like.',
  search: 'Search',
  searchLabel: 'Search source registries',
  add: 'New registry',
  filters: 'Show',
  all: 'All',
  /** In a list, where there is little room. */
  short: {
    files: 'Files',
    javascript: 'npm',
    python: 'Python',
    container: 'OCI',
    helm_oci: 'Helm',
  } satisfies Record<Ecosystem, string>,
  ecosystem: {
    files: 'Files',
    javascript: 'JavaScript (npm)',
    python: 'Python (PyPI)',
    container: 'OCI images (Docker)',
    helm_oci: 'Helm charts (OCI)',
  } satisfies Record<Ecosystem, string>,
  columns: {
    name: 'Registry',
    ecosystem: 'Ecosystem',
    access: 'Access',
    packages: 'Packages',
    pushed: 'Last pushed',
    downloads: 'Downloads',
    size: 'Size',
  } satisfies Record<SourceColumn, string>,
  private: 'Private',
  public: 'Public',
  privateWords: 'Only with a token',
  publicWords: 'Anyone on this computer may read it without a token',
  neverPushed: 'Nothing yet',
  matches: (n: number) => plural(n, 'registry shown', 'registries shown'),
  loadFailed: 'The registries could not be loaded',
  noneTitle: 'Host your own packages',
  noneBody:
    'A source registry keeps packages on this computer: your own npm and Python packages, container images, Helm charts, and plain files. Make one, drop a package on it, and install from it with the tools you already use. No account and no other program is needed.',
  noMatchTitle: 'Nothing matches',
  noMatchBody: 'No registry has these words in its name or description.',
  noMatchFilter: 'No registry is in this group.',
  clearSearch: 'Show all registries',

  hosting: {
    off: 'Hosting is off',
    offBody:
      'Your registries and packages are kept, but npm, pip and other programs find nothing at their addresses.',
    turnOn: 'Turn it on',
    starting: 'Hosting is starting…',
    stopping: 'Hosting is stopping: uploads in flight are being finished.',
    failed: 'Hosting has failed',
    holder: (holder: string) => `The port is held by ${holder}.`,
    again: 'Start it again',
    settings: 'Change the port…',
    unknown: 'Registrar cannot tell whether hosting works',
  },

  create: {
    title: 'New registry',
    crumb: 'Packages',
    name: 'Name',
    nameHint: 'Short and in words, such as “Design system”. The address is made of it.',
    address: 'Its address will be',
    description: 'Description',
    descriptionHint: 'What it is for, in a line.',
    ecosystem: 'What it keeps',
    ecosystemHint: 'This cannot be changed afterwards.',
    ecosystemAbout: {
      files:
        'Installers, archives, models: any file whose name ends in a version, such as tool-1.4.0.zip.',
      javascript: 'For npm, pnpm and Yarn: packages with a package.json.',
      python: 'For pip, uv and twine: wheels and source distributions.',
      container: 'For docker, podman and skopeo: container images and other OCI artifacts.',
      helm_oci: 'For helm: charts, pushed as OCI artifacts.',
    } satisfies Record<Ecosystem, string>,
    save: 'Create registry',
    created: (name: string) => `Created “${name}”`,
    privateTitle: 'It starts private',
    privateBody:
      'Reading it takes a token, also on this computer. You can make it public in its settings.',
    hereTitle: 'It stays here',
    hereBody:
      'Packages lie on this computer, and only programs on this computer can reach them, unless you share them on the network. Nothing is sent anywhere.',
    looksTitle: 'In the list',
    unnamed: 'Unnamed registry',
    leaveTitle: 'Discard the new registry?',
    leaveBody: 'What you typed has not been saved.',
  },

  tabs: 'Parts of the registry',
  tab: { packages: 'Packages', publish: 'Publish', settings: 'Settings' },
  here: 'on this computer',
  connect: 'Connect a client',
  uploadImage: 'Upload an image…',
  publish: 'Publish a package…',
  push: 'How to push',
  gone: 'Back to the list',

  list: {
    label: 'Packages of the registry',
    search: 'Search packages',
    searchLabel: 'Search the packages of this registry',
    sort: 'Sort by',
    sorts: {
      pushed: 'Last pushed',
      name: 'Name',
      downloads: 'Downloads',
      size: 'Size',
    } satisfies Record<PackageSort, string>,
    columns: {
      name: 'Package',
      version: 'Version',
      size: 'Size',
      pushed: 'Pushed',
      downloads: 'Downloads',
    },
    count: (n: number) => plural(n, 'package', 'packages'),
    found: (n: number) => `${plural(n, 'package', 'packages')} found`,
    versions: (n: number) => plural(n, 'version', 'versions'),
    noMatchTitle: 'Nothing matches',
    noMatchBody: (search: string) => `No package has “${search}” in its name.`,
    clearSearch: 'Show all packages',
    noneTitle: 'Nothing published yet',
    noneBody: {
      files: 'Drop a file here whose name ends in a version, such as tool-1.4.0.zip.',
      javascript: 'Drop a .tgz here as npm pack makes it, or publish with npm, pnpm or Yarn.',
      python: 'Drop a wheel or a source distribution here, or publish with twine or uv.',
      container: 'Images are pushed by a client, such as docker, podman or skopeo.',
      helm_oci: 'Charts are pushed with helm.',
    } satisfies Record<Ecosystem, string>,
    instructions: 'Show how to publish from a terminal',
    loading: 'Loading…',
  },

  drop: {
    label: 'Publish files',
    hint: 'Drop packages here to publish them, or',
    choose: 'Choose files…',
    over: (name: string) => `Drop to publish to “${name}”`,
    overBody: 'Nothing that is already published is replaced.',
    nowhere: 'Open the registry that the files are for, then drop them again.',
    nowhereHint: 'Files are published on a registry’s Packages or Publish page.',
  },

  upload: {
    list: 'Uploads',
    waiting: 'Waiting',
    starting: 'Starting…',
    checking: 'Checking and storing…',
    /** "31.4 of 48.2 MB · 2 seconds left" */
    left: (amount: string, seconds: number | null) =>
      seconds === null ? amount : `${amount} · ${waiting(Math.max(1, seconds))} left`,
    progress: (name: string) => `Upload of ${name}`,
    cancel: 'Cancel',
    cancelOf: (name: string) => `Cancel ${name}`,
    cancelling: 'Cancelling…',
    cancelled: 'Cancelled: nothing of it was published',
    published: (name: string, version: string) => `Published as ${name} ${version}`,
    failed: 'Not published',
    open: 'Open',
    again: 'Try again',
    dismiss: (name: string) => `Dismiss ${name}`,
    dismissAll: 'Dismiss finished',
    cancelAll: 'Cancel all',
    summary: (published: number, failed: number, waitingFor: number) =>
      [
        waitingFor > 0 ? `${number(waitingFor)} to go` : '',
        published > 0 ? `${number(published)} published` : '',
        failed > 0 ? `${number(failed)} not published` : '',
      ]
        .filter(Boolean)
        .join(' · '),
    donePublished: (n: number, name: string) =>
      `${plural(n, 'file', 'files')} published to “${name}”`,
    doneFailed: (failed: number, total: number, name: string) =>
      `${number(failed)} of ${plural(total, 'file', 'files')} could not be published to “${name}”`,
    show: 'Show',
  },

  install: {
    title: 'Install from here',
    titleOf: (name: string) => `Install ${name}`,
    private: (seconds: number) =>
      `The token that is filled in lasts ${waiting(seconds)}; make a registry token for longer.`,
    public: 'The registry is public: no token is needed.',
    client: 'Client',
    file: (name: string) => `In ${name}`,
    copyWithToken: 'Copy with token',
    copy: 'Copy',
    copiedWithToken: (good: number, clears: number) =>
      `Copied with a token that lasts ${waiting(good)}. It leaves the clipboard in ${waiting(clears)}.`,
    copied: 'Copied',
    loading: 'Loading the instructions…',
    off: 'These work once hosting is running.',
    any: 'For any package of this registry',
    open: 'Open the package',
    back: 'Packages',
    pane: 'Install',
    address: 'Address',
    tokens: 'Registry tokens',
    tokensNone: 'None yet. A registry token reads this registry for as long as you like.',
    tokensPublic: 'Not needed while the registry is public.',
    manage: 'Manage tokens…',
    copyToken: 'Copy',
    copyTokenOf: (what: string) => `Copy the token “${what}”`,
    tokenCopied: (clears: number) => `Token copied. It leaves the clipboard in ${waiting(clears)}.`,
    storage: 'Storage',
    stored: (size: string, files: number, free: string | null) =>
      `${size} in ${plural(files, 'file', 'files')} on this disk${free === null ? '' : ` · ${free} free`}`,
  },
} as const;
