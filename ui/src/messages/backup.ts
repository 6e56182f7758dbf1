/** Everything in one file, and back. */
import { plural, waiting } from './plural';

export const backup = {
  title: 'Backup',
  lead: 'All registries, packages and tokens in one file, taken while everything is used.',
  secrets:
    'No secret is in it. Tokens that people have go on working after it is restored on this computer; on another one, registry tokens work too, but cannot be shown again: make new ones there. Packages of private registries are in it, so keep it where only you can read it.',
  make: 'Back up…',
  making: (progress: string) => `Backing up: ${progress}`,
  makingFirst: 'Backing up…',
  made: (size: string, path: string) => `Backed up: ${size} in ${path}`,
  damaged: (n: number) =>
    `${plural(n, 'damaged file is', 'damaged files are')} not in it. Verify the storage.`,
  failed: 'The backup was not made',
  restore: 'Restore…',
  restoring: (progress: string) => `Restoring: ${progress}`,
  restoringFirst: 'Restoring…',
  restoreTitle: 'Restore this backup?',
  restoreBody: (made: string, files: number, size: string) =>
    `It was made ${made} and holds ${plural(files, 'file', 'files')}, ${size}.`,
  restorePoints: [
    'Everything that is hosted here becomes what it was then. What was published since is gone, so back up first if you may want it.',
    'Until all of the backup was found whole, nothing changes.',
    'Nobody is served meanwhile.',
  ],
  restoreConfirm: 'Restore',
  restored: (files: number) => `Restored: ${plural(files, 'file', 'files')}`,
  restoredDamaged: (n: number) =>
    `${plural(n, 'file was', 'files were')} damaged already when the backup was made.`,
  restoreFailed: 'Nothing was restored',
  timeLeft: (seconds: number) => `about ${waiting(seconds)} left`,
  cancel: 'Cancel',
} as const;
