/** What source registries take on the disk, and whether it is whole. */
import { plural } from './plural';

export const storage = {
  title: 'Storage',
  takes: 'This registry',
  takesValue: (size: string, files: number) => `${size} in ${plural(files, 'file', 'files')}`,
  holds: (packages: number, versions: number) =>
    `${plural(packages, 'package', 'packages')}, ${plural(versions, 'version', 'versions')}`,
  all: 'All registries',
  allHint: 'a file that several packages share counts once',
  free: 'Free',
  freeUnknown: 'The system does not say',
  folder: 'Folder',
  low: 'Little space is left on this disk',
  lowBody: 'Uploads are refused before the disk is full. Make room, or move other things away.',
  loadFailed: 'The storage could not be looked at',
  verify: 'Verify',
  verifyBody:
    'Reads every file and compares it with the digests it was published with. Clients can go on meanwhile.',
  verifyOne: 'Verify this registry',
  verifyAll: 'Verify all registries',
  verifying: (progress: string) => `Verifying: ${progress}`,
  verifyingFirst: 'Verifying…',
  cancel: 'Cancel',
  fineTitle: 'Everything is as it was published',
  nothingTitle: 'There is nothing to verify yet',
  checked: (files: number, bytes: string) =>
    `${plural(files, 'file', 'files')} checked, ${bytes} in all.`,
  stoppedTitle: 'You stopped before all was checked',
  badTitle: (n: number) => `${plural(n, 'file is', 'files are')} not what was published`,
  badBody:
    'Find out what changed them: a failing disk, or another program. Publishing the same file again heals it.',
  repairTitle: 'What can be done about it',
  repairLead:
    'Nothing has been changed yet. What is put aside is kept, and clients get an error instead of wrong bytes.',
  repairs: 'Proposed repairs',
  repairCount: (n: number) => `${n} of them`,
  repair: (n: number) => `Do ${plural(n, 'this', 'all of this')}`,
  repaired: (n: number) => `${plural(n, 'repair', 'repairs')} done`,
  passedOver: (n: number) =>
    `${plural(n, 'thing was', 'things were')} no longer so. Verify again to see what is left.`,
  problems: 'Damaged files',
  problem: { file: 'File', package: 'Package', registry: 'Registry', what: 'What is wrong' },
  unreferenced: (n: number) =>
    `${plural(n, 'file belongs', 'files belong')} to no package any more. They go by themselves after a while, or now.`,
  collect: 'Remove unneeded files',
  collectBody:
    'Files that no package needs any more go by themselves after a while. This removes them now.',
  collected: (n: number, bytes: string) =>
    n === 0 ? 'Nothing to remove' : `Removed ${plural(n, 'file', 'files')}, ${bytes}`,
} as const;
