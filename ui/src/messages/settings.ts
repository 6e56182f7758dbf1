import { plural } from './plural';

export const settings = {
  title: 'Settings',
  appearance: 'Appearance',
  theme: 'Theme',
  themes: { system: 'System', light: 'Light', dark: 'Dark' },
  textSize: 'Text size',
  textSizeHint: 'Also with Ctrl and + or −.',
  larger: 'Larger',
  smaller: 'Smaller',
  secrets: 'Where tokens are kept',
  idleLock: 'Lock when idle for',
  idleNever: 'Never',
  minutes: (n: number) => plural(n, 'minute', 'minutes'),
  network: 'Network',
  proxy: 'Proxy',
  proxies: { system: 'System', direct: 'None', manual: 'Manual' },
  proxySystem: (url: string) => `The system says ${url}.`,
  proxySystemNone: 'The system says: connect directly.',
  proxyDirect: 'Registries are reached directly, whatever the system says.',
  proxyUrl: 'Proxy address',
  proxyPlaceholder: 'http://proxy.example.com:8080',
  proxyHint: 'For every registry but localhost. No user name or password.',
  proxyInvalid: 'Write it as http://host:port, without user, password or path.',
  timeout: 'Time limit',
  timeoutHint: 'How long a registry may take to answer: 2 to 120 seconds.',
  timeoutInvalid: 'A whole number from 2 to 120.',
  seconds: 'seconds',
  checks: 'Checks',
  checkEvery: 'Check in the background',
  checkEveryHint:
    'While the window is open. You are told when credentials stop working or are about to expire.',
  checkIntervals: (minutes: number) => {
    if (minutes === 0) return 'Never';
    if (minutes === 1440) return 'Once a day';
    if (minutes === 60) return 'Every hour';
    if (minutes % 60 === 0) return `Every ${plural(minutes / 60, 'hour', 'hours')}`;
    return `Every ${plural(minutes, 'minute', 'minutes')}`;
  },
  about: 'About',
  version: 'Version',
  configDir: 'Configuration',
  dataDir: 'Data',
  showWelcome: 'Show the welcome page',
  shortcuts: 'Keyboard shortcuts',
  saved: 'Saved',
} as const;
