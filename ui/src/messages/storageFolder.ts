/** Where the packages lie, and moving them elsewhere. */
import { plural } from './plural';

export const storageFolder = {
  title: 'Folder',
  lead: 'Where everything that is hosted here lies. It can move to another disk while clients go on.',
  open: 'Open folder',
  move: 'Move…',
  moveTitle: 'Move all packages?',
  moveBody: (size: string, path: string) => `${size} will move to ${path}.`,
  movePoints: [
    'Clients go on while files are copied. For the last of it, nobody is served for a moment.',
    'Until everything has arrived, the present folder is the one in use. Then it is removed.',
    'On a disk that is not always connected, packages can be had only while it is.',
  ],
  moveConfirm: 'Move',
  moving: (progress: string) => `Moving: ${progress}`,
  movingFirst: 'Moving…',
  moved: (files: number, folder: string) => `Moved ${plural(files, 'file', 'files')} to ${folder}`,
  damaged: (n: number) =>
    `${plural(n, 'file was', 'files were')} damaged before. Verify the storage.`,
  failed: 'Nothing was moved',
  notDone: 'That was not done',
  leftTitle: 'The old folder could not be removed completely',
  leftBody: 'It is no longer used. Look at what is in it, and delete it yourself.',
  gone: 'The packages are not there',
  goneBody:
    'If they lie on a disk that can be disconnected, connect it: Registrar goes on by itself then. If the folder is elsewhere now, say where.',
  find: 'Choose where it is…',
  anew: 'Begin without them…',
  anewTitle: 'Begin without these packages?',
  anewBody: 'Hosting begins anew in the usual folder, without registries, packages and tokens.',
  anewPoints: [
    'Nothing is deleted: if the folder turns up again, nothing in it has changed.',
    'A backup can be restored into the new folder.',
  ],
  anewConfirm: 'Begin anew',
  now: (folder: string) => `Packages are in ${folder} now`,
} as const;
