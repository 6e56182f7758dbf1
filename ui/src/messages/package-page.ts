import type { Ecosystem } from '../bindings';
import { number, plural } from './plural';

/** What withdrawing a version is called by its ecosystem's own tools. */
const verb: Record<Ecosystem, string> = {
  files: 'withdraw',
  javascript: 'deprecate',
  python: 'yank',
  container: 'withdraw',
  helm_oci: 'withdraw',
};

export const packagePage = {
  tabs: 'Parts of the package',
  tab: {
    overview: 'Overview',
    image: 'Image',
    files: 'Files',
    dependencies: 'Dependencies',
    versions: 'Versions',
  },
  version: 'Version',
  choose: 'Choose a version',
  withdrawn: 'Withdrawn',
  prerelease: 'Pre-release',
  current: 'Shown',
  download: 'Download',
  downloadOf: (name: string) => `Download ${name}`,
  downloading: (name: string) => `Downloading ${name}`,
  downloaded: (path: string) => `Saved as ${path}`,
  more: 'More',
  goneTitle: 'It is no longer there',
  back: 'Back to the registry',

  /** For what belongs to an image: a signature of `1.0`. */
  belongsTo: (kind: string, image: string) => `${kind} of ${image}`,
  belongsToNone: (kind: string) => `${kind} of an image that is not here`,
  showImage: 'Show the image',
  /** For one of the images of an index. */
  partOf: (image: string) => `Part of ${image}`,
  /** Of one image of an index, in that index. */
  attestations: 'Attestations',
  platformGone:
    'The image for this platform is no longer here: it was deleted by itself. Push the image again to bring it back.',

  withdrawnTitle: 'This version has been withdrawn',
  withdrawnNoReason: 'No reason was given. Clients no longer choose it by themselves.',
  withdraw: 'Withdraw…',
  restore: 'Restore',
  restored: (version: string) => `${version} can be chosen again`,
  withdrawDialog: {
    title: (name: string, version: string) => `Withdraw ${name} ${version}?`,
    lead: (ecosystem: Ecosystem) =>
      `Clients no longer choose it by themselves; who asks for this very version still gets it. ${ecosystem === 'javascript' ? 'npm' : 'Python'} calls this ${verb[ecosystem]}. You can take it back at any time.`,
    reason: 'Reason',
    reasonHint: 'Clients show it to who still uses the version.',
    reasonPlaceholder: 'Use 2.10.1 instead',
    reasonNeeded: 'Say why: npm shows nothing but this.',
    confirm: 'Withdraw',
  },
  withdrawnToast: (version: string) => `${version} is withdrawn`,

  copy: 'Copy to…',
  copyDialog: {
    title: (name: string, version: string) => `Copy ${name} ${version}`,
    lead: 'The same files appear in another registry of this computer. Nothing is stored twice.',
    to: 'To',
    none: (ecosystem: string) => `There is no other registry for ${ecosystem}.`,
    create: 'New registry',
    confirm: 'Copy',
  },
  copied: (version: string, name: string) => `Copied ${version} to “${name}”`,

  /** A version that is cut short has its dots already. */
  deleteVersion: (version: string) => `Delete ${version.replace(/…$/, '')}…`,
  deletePackage: 'Delete the package…',
  deleteVersionTitle: (name: string, version: string) => `Delete ${name} ${version}?`,
  deleteVersionBody:
    'Its files are deleted for good. Projects that ask for this version can no longer install it.',
  deleteLast: 'It is the only version: the package leaves the registry.',
  deleteGoing: (n: number) =>
    n === 1
      ? '1 version that belongs to it goes as well'
      : `${number(n)} versions that belong to it go as well`,
  deletePackageTitle: (name: string) => `Delete ${name}?`,
  deletePackageBody:
    'All its versions are deleted for good. Projects that ask for it can no longer install it.',
  deleteVersions: (n: number) => plural(n, 'version', 'versions'),
  deleteDownloads: (n: number) => `Downloaded ${plural(n, 'time', 'times')} so far`,
  deleteWithdraw: 'To keep others from choosing it, withdraw it instead: that can be taken back.',
  deleteConfirm: 'Delete',
  deletedVersion: (name: string, version: string) => `Deleted ${name} ${version}`,
  deletedPackage: (name: string) => `Deleted ${name}`,

  readme: 'Readme',
  noReadme: 'This version brings no readme.',
  picture: 'Picture',
  pictureOf: (alt: string) => `Picture: ${alt}`,
  plain: 'Shown as plain text.',
  long: 'The readme is longer than this.',
  showWhole: 'Show all of it as plain text',
  linkHint: (href: string) => `Copy the address ${href}`,
  linkCopied: 'Address copied',
  task: { true: 'done', false: 'to do' },

  about: 'About this version',
  fact: {
    pushed: 'Published',
    by: 'By',
    size: 'Size',
    files: 'Files',
    downloads: 'Downloads',
    tags: 'Tags',
  },
  downloads: (here: number, all: number) =>
    here === all ? number(here) : `${number(here)}, ${number(all)} of all versions`,
  address: 'address',

  files: {
    label: 'Files of this version',
    name: 'File',
    size: 'Size',
    downloads: 'Downloads',
    digests: 'Checksums',
    hide: 'Hide checksums',
    digestOf: (kind: string, name: string) => `${kind} of ${name}`,
    kinds: { md5: 'MD5', sha1: 'SHA-1', sha256: 'SHA-256', sha512: 'SHA-512' },
  },

  dependencies: {
    label: 'Dependencies of this version',
    none: 'This version needs no other package.',
    always: 'Needed always',
    any: 'any version',
    groups: {
      development: 'For development',
      dev: 'For development',
      peer: 'Brought by who uses it',
      optional: 'Optional',
      bundled: 'Bundled with it',
    } as Record<string, string>,
    group: (name: string) => `For “${name}”`,
  },

  versions: {
    label: 'Versions of the package',
    version: 'Version',
    pushed: 'Published',
    size: 'Size',
    downloads: 'Downloads',
    cut: (shown: number, all: number) => `The newest ${number(shown)} of ${number(all)} are shown.`,
  },
} as const;
