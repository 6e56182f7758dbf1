/** Moving images and deleting them: the dialogs, the page of transfers, the status bar. */
import { bytes, bytesOf } from '../lib/bytes';
import { dateTime } from '../lib/time';
import { plural, waiting } from './plural';

const transfers_ = (n: number) => plural(n, 'transfer', 'transfers');

export const transfers = {
  title: 'Transfers',
  lead: 'Images on their way. They go on by themselves when Registrar is opened again.',
  list: 'Transfers',
  commands: {
    go: 'Go to Transfers',
    clear: 'Clear finished transfers',
    download: 'This image: download',
    copy: 'This image: copy to another registry',
    compare: 'This image: compare with another',
    remove: 'This image: delete',
    upload: 'Upload an image here',
  },
  removeEnded: 'Clear finished',
  emptyTitle: 'Nothing is on its way',
  emptyBody:
    'Open an image to download it or copy it to another registry, or a repository to upload one. What you start is listed here, and goes on after a break.',
  browse: 'Go to the registries',
  failed: 'The transfers could not be listed',
  problem: 'Some transfers are not listed',
  kind: { download: 'Download', upload: 'Upload', copy: 'Copy' },
  from: 'From',
  to: 'To',
  actions: {
    pause: 'Pause',
    resume: 'Go on',
    cancel: 'Cancel',
    retry: 'Try again',
    now: 'Try now',
    remove: 'Remove',
    open: 'Open the folder',
    show: 'Show the image',
    unlock: 'Unlock…',
    edit: 'Edit the registry',
  },
  /** The button of one of several rows, for who hears it alone. */
  of: (action: string, name: string) => `${action}: ${name}`,
  state: {
    waiting: 'Waiting for its turn',
    locked: 'Waits until the vault is unlocked',
    running: 'Under way',
    retrying: (attempt: number) => `Broke; attempt ${attempt} follows`,
    paused: 'Paused',
    failed: 'Failed',
    done: 'Done',
    cancelled: 'Cancelled',
  },
  starting: 'Looking at what is to be moved…',
  amount: (done: number, total: number | null) =>
    total === null ? bytes(done) : bytesOf(done, total),
  rate: (rate: number) => `${bytes(rate)}/s`,
  left: (seconds: number) => `${waiting(seconds)} left`,
  spared: (count: number) => `${bytes(count)} were there already`,
  whole: (size: number, at: string) => `${bytes(size)}, verified, ${dateTime(at)}`,
  again: (seconds: number) => (seconds > 0 ? `again in ${waiting(seconds)}` : 'again now'),
  bar: (name: string) => `Progress of ${name}`,
  indicator: (count: number, percent: number | null) =>
    percent === null ? transfers_(count) : `${transfers_(count)}, ${percent} %`,
  failedCount: (count: number) => `${transfers_(count)} failed`,
  started: {
    download: (name: string) => `${name} is being downloaded`,
    upload: (name: string) => `${name} is being uploaded`,
    copy: (name: string) => `${name} is being copied`,
  },
  done: {
    download: (name: string) => `Downloaded ${name}`,
    upload: (name: string) => `Uploaded ${name}`,
    copy: (name: string) => `Copied ${name}`,
  },
  show: 'Show transfers',
  buttons: { download: 'Download…', copy: 'Copy to…', remove: 'Delete…', upload: 'Upload…' },
  reading: 'Reading what there is…',
  form: {
    label: 'What it is saved as',
    readLabel: 'What it is read from',
    folder: 'OCI layout folder',
    archive: 'Archive (tar)',
    folderHint: 'For skopeo, podman, crane and the like: every file under its digest.',
    archiveHint: 'One file, for docker load and podman load.',
  },
  platforms: {
    label: 'Platforms',
    all: (n: number) => `All ${n} platforms`,
    none: 'Choose at least one platform.',
    size: (size: number | null) => (size === null ? '' : bytes(size)),
    chosen: (n: number, size: number | null) =>
      size === null
        ? plural(n, 'platform', 'platforms')
        : `${plural(n, 'platform', 'platforms')}, at most ${bytes(size)}`,
    newIndex:
      'Of several platforms, but not all, a new index is made. It has another digest, so signatures of the whole image do not hold for it.',
  },
  size: (size: number) => `${bytes(size)} at most; what is there already is not sent again.`,
  referrers: 'With signatures, SBOMs and attestations',
  referrersHint: 'What belongs to the image comes along, as far as the destination can keep it.',
  path: { folder: 'Folder', archive: 'File' },
  choose: 'Choose…',
  pathMissing: { folder: 'Enter or choose a folder.', archive: 'Enter or choose a file.' },
  download: {
    title: (name: string) => `Download ${name}`,
    lead: 'Every byte is verified against its digest before it counts.',
    confirm: 'Download',
    replace: 'Replace and download',
  },
  copy: {
    title: (name: string) => `Copy ${name}`,
    lead: 'From registry to registry. What the other one has already is not sent again.',
    registry: 'Registry',
    none: 'There is no other container registry yet.',
    add: 'Add a registry',
    confirm: 'Copy',
    replace: 'Copy and move the tag',
  },
  upload: {
    title: 'Upload an image',
    lead: 'An OCI layout folder, or an archive as docker save, podman save or skopeo make one.',
    look: 'Look inside',
    image: 'Image',
    images: (n: number) => `${plural(n, 'image', 'images')} in it; choose one.`,
    one: (name: string) => `In it: ${name}.`,
    empty: 'There is no image in it.',
    notRead: 'Choose what to upload first.',
    confirm: 'Upload',
    replace: 'Upload and move the tag',
  },
  repository: 'Repository',
  repositoryHint: (host: string) => `As it stands after ${host}/ in an image’s name.`,
  repositoryMissing: 'Enter a repository.',
  tag: 'Tag',
  tagMissing: 'Enter a tag.',
  same: {
    title: 'It is there already',
    body: 'The very same image has this name at the destination. Going on only makes sure that nothing of it is missing.',
  },
  taken: {
    file: 'This file is there already',
    fileBody: 'It is replaced once the new one is whole.',
    folder: 'The folder has an image of this name already',
    folderBody: (digest: string) =>
      `The name will mean the new image, and no longer the other one (${digest}).`,
    tag: 'This tag is in use there',
    tagBody: (digest: string) =>
      `It means another image (${digest}). It will mean the new one; the old one stays there without this tag.`,
    tagUnknown: 'It means another image. It will mean the new one.',
  },
  deletion: {
    title: (name: string) => `Delete ${name}`,
    lead: 'This cannot be undone.',
    reading: (done: number, total: number | null) =>
      total === null || total === 0
        ? 'Looking which tags mean the same image…'
        : `Looking which tags mean the same image… ${done} of ${total}`,
    what: 'What is deleted',
    tag: 'Only this tag',
    tagHint:
      'The image stays where another tag or its digest names it. Many registries cannot do this.',
    whole: 'The image with all its tags',
    wholeHint: (others: number) =>
      others === 0
        ? 'No other tag that was looked at means it.'
        : `${plural(others, 'other tag', 'other tags')} of it will be gone as well.`,
    digest: 'Digest',
    shared: 'These tags mean the same image',
    sharedNone: 'No other tag means this image.',
    more: 'There are more tags than were looked at; others may mean it too.',
    type: (name: string) => `Type ${name} to confirm`,
    confirm: 'Delete',
    deleted: (name: string) => `Deleted ${name}`,
    failed: 'It could not be found out what would be deleted',
  },
  wait: {
    left: (minutes: number, seconds: number) =>
      `It may be asked again in ${minutes}:${String(seconds).padStart(2, '0')}.`,
    over: 'It may be asked again now.',
    goOn: 'Go on',
  },
} as const;
