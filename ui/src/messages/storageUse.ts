/** What uses the space: by registry, by package. */
import { plural } from './plural';

export const storageUse = {
  title: 'Storage',
  crumb: 'Packages',
  lead: 'What the registries of this computer take on the disk, whether it is whole, and copies of all of it.',
  loadFailed: 'The storage could not be looked at',
  loading: 'Adding up…',
  by: 'By registry',
  byLead: 'Contents that are the same are kept once, whoever published them.',
  bar: (parts: string) => `Used by registry: ${parts}`,
  used: 'Used',
  free: 'Free',
  freeUnknown: 'The system does not say',
  waiting: 'Unneeded',
  waitingValue: (files: number, size: string) =>
    files === 0 ? 'Nothing' : `${size} in ${plural(files, 'file', 'files')}`,
  waitingHint: 'goes by itself after a day',
  aside: 'Put aside',
  asideHint: 'damaged, kept in the folder “quarantine” for you to look at',
  none: 'No registry has anything yet',
  registries: 'Space by registry',
  packages: 'Space by package',
  packagesTitle: 'By package',
  packagesLead: 'What each package takes, and what is freed when it is deleted.',
  more: (shown: number, total: number) =>
    `The ${plural(shown, 'largest is', 'largest are')} shown, of ${total}.`,
  columns: {
    name: 'Name',
    versions: 'Versions',
    files: 'Files',
    size: 'Published',
    stored: 'On disk',
    alone: 'Freed if deleted',
  },
  open: 'Open storage',
} as const;
