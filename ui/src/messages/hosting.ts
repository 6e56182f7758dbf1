/** The server that hosts source registries: its state and its settings. */
import { plural } from './plural';

export const hosting = {
  section: 'Hosting',
  status: {
    on: (address: string) => `Hosting on ${address}`,
    stopping: 'Hosting: closing…',
    off: 'Hosting is off',
    failed: 'Hosting failed',
  },
  uploads: (n: number) => plural(n, 'upload', 'uploads'),
  /** Single words for the state, on a badge. */
  badge: {
    off: 'Off',
    starting: 'Starting',
    running: 'Running',
    failed: 'Failed',
    stopping: 'Closing',
  },
  host: 'Host registries on this computer',
  hostHint:
    'Package managers on this computer install from your source registries and publish to them. No other computer can reach them unless you share them on the network.',
  server: 'Server',
  where: {
    running: 'Clients reach it at this address.',
    starting: 'It will answer at this address.',
    stopping: 'Uploads under way are being finished.',
    off: 'While it is off, nobody can install or publish. Packages stay where they are.',
    failed: 'Nobody can install or publish until it runs.',
  },
  address: 'address',
  restart: 'Restart',
  start: 'Start again',
  restarted: (address: string) => `Hosting on ${address}`,
  heldBy: (holder: string) => `The port is held by ${holder}.`,
  stopOther: 'End that program and start again, or choose another port below.',
  port: 'Port',
  portHint:
    'Lock files and the configuration of clients remember the address with its port: choose it once.',
  portSave: 'Save the port',
  portInvalid: 'A whole number from 1,024 to 65,535.',
  portShared: (port: number) =>
    `Port ${port} is the one for sharing on the network. Choose another one, or another one for the network first.`,
  portUsual: (port: number) => `Back to ${port}`,
  portTitle: (port: number) => `Move to port ${port}?`,
  portBody: 'Every registry gets another address, and the old one stops answering.',
  portPoints: (before: string, after: string) => [
    `${before} becomes ${after}.`,
    'Lock files (package-lock.json, yarn.lock, uv.lock …) that hold the old address have to be made anew.',
    'Configuration of clients (.npmrc, pip.conf, .pypirc …) has to be changed by hand.',
    'Requests under way are finished or broken off.',
  ],
  portConfirm: 'Move',
  storage: 'Storage',
  storageHint: (used: string, free: string | null) =>
    free === null ? `${used} of packages` : `${used} of packages · ${free} free on this disk`,
  tokens: 'API tokens',
  tokensHint: 'For programs that publish packages or manage registries, such as a build server.',
  tokensOpen: 'API tokens…',
} as const;
