/** How to publish to a source registry and install from it. */
import { plural } from './plural';

export const publish = {
  title: 'Publish instructions',
  purpose: 'What to do',
  purposes: { publish: 'Publish to it', install: 'Install from it' },
  client: 'With',
  loadFailed: 'The instructions could not be made',
  inShell: 'In a terminal',
  copy: 'Copy',
  copyOf: (title: string) => `Copy: ${title}`,
  copyWithToken: 'Copy with token',
  copyWithTokenOf: (title: string) => `Copy with token: ${title}`,
  copied: 'Copied',
  copiedWithToken: (good: string, clears: number) =>
    `Copied with a token that is good for ${good}`.concat(
      `. It leaves the clipboard in ${plural(clears, 'second', 'seconds')}.`,
    ),
  good: (seconds: number) =>
    seconds % 60 === 0
      ? plural(seconds / 60, 'minute', 'minutes')
      : plural(seconds, 'second', 'seconds'),
  tokenTitle: (good: string) => `The token is filled in when you copy, and is good for ${good}`,
  tokenInstall: 'For a build server or another project, make a registry token: it only reads.',
  tokenPublish: 'For a build server, make an API token that may publish.',
  makeRegistryToken: 'Registry tokens',
  makeApiToken: 'API tokens',
  publicTitle: 'No token is needed to install',
  publicBody: 'The registry is public: everybody who can reach it may read it.',
  masked: 'a token, filled in when you copy',
} as const;
