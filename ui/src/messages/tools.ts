import type { ToolChange, ToolFamily } from '../bindings';
import { number, plural } from './plural';

const FAMILY = { docker: 'Docker', podman: 'Podman' } satisfies Record<ToolFamily, string>;

/** How docker and podman spell Docker Hub. */
const HUB = ['https://index.docker.io/v1/', 'docker.io'];

/** One registry by its name, several by their number. */
function registriesOf(keys: readonly string[]): string {
  const [only] = keys;
  if (keys.length !== 1 || only === undefined) return plural(keys.length, 'registry', 'registries');
  return HUB.includes(only) ? 'Docker Hub' : only;
}

/** What a change is about, as the title of the question about it. */
function question(change: ToolChange): string {
  switch (change.change) {
    case 'enable':
      return `Let ${FAMILY[change.family]} ask Registrar for ${registriesOf(change.keys)}?`;
    case 'disable':
      return `Stop ${FAMILY[change.family]} asking Registrar for ${registriesOf(change.keys)}?`;
    case 'every':
      return change.on
        ? `Let ${FAMILY[change.family]} ask Registrar for every registry?`
        : `Stop ${FAMILY[change.family]} asking Registrar for every registry?`;
    case 'remove':
      return `Remove everything of Registrar’s from ${FAMILY[change.family]}’s configuration?`;
    case 'repair':
      return `Put Registrar’s settings for ${FAMILY[change.family]} back?`;
    case 'link_helper':
      return 'Link the helper in?';
    case 'unlink_helper':
      return 'Remove the helper’s link?';
    case 'scrub':
      return change.keys.length === 1
        ? 'Remove the plaintext copy?'
        : `Remove ${number(change.keys.length)} plaintext copies?`;
  }
}

/** What has been done, once it is. */
function done(change: ToolChange): string {
  switch (change.change) {
    case 'enable':
      return `${FAMILY[change.family]} now asks Registrar for ${registriesOf(change.keys)}.`;
    case 'disable':
      return `${FAMILY[change.family]} no longer asks Registrar for ${registriesOf(change.keys)}.`;
    case 'every':
      return change.on
        ? `${FAMILY[change.family]} now asks Registrar for every registry.`
        : `${FAMILY[change.family]} no longer asks Registrar for every registry.`;
    case 'remove':
      return `Nothing of Registrar’s is left in ${FAMILY[change.family]}’s configuration.`;
    case 'repair':
      return `${FAMILY[change.family]} asks Registrar again.`;
    case 'link_helper':
      return 'The helper is linked in.';
    case 'unlink_helper':
      return 'The helper’s link is gone.';
    case 'scrub':
      return change.keys.length === 1
        ? 'The plaintext copy is gone.'
        : `${number(change.keys.length)} plaintext copies are gone.`;
  }
}

/** What to know before it is done, besides the lines themselves. */
function note(change: ToolChange): string {
  switch (change.change) {
    case 'enable':
    case 'every':
    case 'repair':
      return 'No secret is written. Turning it off again puts the file back as it was.';
    case 'disable':
    case 'remove':
      return 'What stood there before Registrar comes back. Your credentials stay in Registrar.';
    case 'link_helper':
      return 'Only this link is made. You can remove it here again.';
    case 'unlink_helper':
      return 'Tools will not find the helper any more, unless it is elsewhere on the PATH.';
    case 'scrub':
      return 'This cannot be undone: the file keeps no copy. Registrar has the credential.';
  }
}

export const tools = {
  title: 'Tools',
  lead: 'Docker, podman and friends fetch the secret from Registrar when they need it; nothing secret lies in their files.',
  lookAgain: 'Look again',
  importDots: 'Import credentials…',
  search: 'Search',
  searchLabel: 'Search the registries of the tools',
  loading: 'Looking for the tools…',
  loadFailed: 'The tools could not be looked at',
  family: FAMILY,
  copyPath: 'path',
  repairNoticed: (family: ToolFamily) =>
    `Another program has undone Registrar’s settings for ${FAMILY[family]}.`,
  look: 'Look',
  helper: {
    title: 'The helper',
    program: 'docker-credential-registrar',
    found: 'Found',
    foundWords: 'Tools run this small program to ask Registrar for a secret, and they find it.',
    missing: 'Not on the PATH',
    missingWords:
      'Tools run this small program to ask Registrar for a secret. They cannot find it yet: it is in none of the folders where they look.',
    linkWords: (link: string) => `A link at ${link} would show them the way.`,
    waiting: 'Linked, not found yet',
    waitingWords: (folder: string) =>
      `The link is there, but its folder ${folder} is not on the PATH, so tools do not look in it.`,
    waitingOnPath:
      'The link is there, but the program at its end cannot be run. Install Registrar again.',
    other: 'Another comes first',
    otherWords:
      'Tools find another program of this name before Registrar’s, and would ask that one.',
    otherNext: (folder: string) =>
      `Remove or rename the one they find, or put ${folder} before its folder in the PATH.`,
    absent: 'Not installed',
    absentWords:
      'This installation of Registrar lacks its helper. Install Registrar again, then look again.',
    linkDots: 'Link it in…',
    unlinkDots: 'Remove the link…',
    theyFind: 'They find',
    ours: 'Registrar’s',
    link: 'Link',
    pathTitle: 'Put the folder on the PATH',
    pathNewFolder: (folder: string) =>
      `${folder} is not on the PATH. Many systems add it when you sign in, once it exists: link the helper in, then sign out and in again. If tools still do not find it, add this line to ~/.profile and sign in again:`,
    pathSignIn:
      'Sign out and in again: many systems add this folder by themselves. If tools still do not find it, add this line to ~/.profile and sign in again:',
    pathLine: (folder: string) => `export PATH="${folder}:$PATH"`,
    pathWhat: 'line for ~/.profile',
  },
  group: {
    none: 'Not installed',
    asking: (on: number, total: number) =>
      on === 0 ? 'Asks Registrar for none' : `Asks Registrar for ${number(on)} of ${number(total)}`,
    askingEvery: 'Asks Registrar for every registry',
    toolsOf: (family: ToolFamily) => `Tools that read ${FAMILY[family]}’s configuration`,
    noVersion: 'version unknown',
    missing: (n: number) => `${number(n)} not installed`,
    missingNames: (names: string) => `Not installed: ${names}`,
    file: 'Configuration',
    problem: (family: ToolFamily) => `${FAMILY[family]}’s configuration cannot be used`,
    problemNext: 'Nothing is written while this stands.',
    notInstalled: (names: string) => `None of ${names} is on this computer.`,
    setUpAnyway: 'Set up anyway',
    every: 'For every registry',
    everyHint: {
      docker:
        'When this is on, Docker asks Registrar also for registries that you add later, and “docker login” stores in Registrar. A registry with a helper of its own keeps that one.',
      podman:
        'When this is on, Podman asks Registrar first, also for registries that you add later. What Registrar does not know is looked up as before.',
    } satisfies Record<ToolFamily, string>,
    everyOther: (helper: string) => `Now “${helper}” serves every registry.`,
    everyMissing: 'It was on, but another program has removed the setting.',
    everyTaken: (by: string) => `It was on, but “${by}” has taken its place.`,
    registries: 'Registries',
    switch: (family: ToolFamily, key: string) => `${FAMILY[family]} asks Registrar for ${key}`,
    more: (name: string, others: number) => `${name} and ${number(others)} more`,
    forgotten: 'No longer in Registrar',
    noRegistries: 'No registry with a credential to switch yet.',
    noMatch: 'No registry of this configuration has these words.',
    showAll: (n: number) => `Show all ${number(n)}`,
    turnAllOn: 'Turn all on…',
    remove: 'Remove everything of Registrar’s…',
    repairDots: 'Repair…',
    repairOf: (key: string) => `Repair ${key}`,
    repairTitle: (family: ToolFamily) =>
      `Another program has undone Registrar’s settings for ${FAMILY[family]}`,
    repairBody:
      'It no longer asks Registrar for some of what is on below. Repair puts the settings back.',
  },
  setting: {
    off: 'Off',
    on: 'On',
    on_for_all: 'On for all',
    other: (helper: string) => `Served by ${helper}`,
    missing: 'Removed by another program',
    taken: (by: string) => `Overwritten by ${by}`,
  },
  empty: {
    noTools: 'No docker or podman on this computer',
    noToolsBody:
      'Registrar can hand credentials to docker, nerdctl, helm, oras, crane, podman, skopeo and buildah. Install one of them, then look again.',
    setUpAnyway: 'Set up anyway',
    noRegistries: 'No container registry with a credential yet',
    noRegistriesBody:
      'Add one, or import what docker and podman have stored: it moves from their files into your keychain.',
    add: 'Add a registry',
  },
  review: {
    question,
    done,
    /** Other helpers were to stay. */
    doneInPart: 'Written. What another helper serves stays with it.',
    note,
    helperTitle: 'Tools do not find Registrar’s helper yet',
    helperFirst:
      'The Tools page says what to do. Until they find it, a tool that is told to ask Registrar fails.',
    lead: 'This is exactly what will be written. Nothing has changed yet.',
    planning: 'Working out what would be written…',
    outdated: 'The file has changed since; here is the new plan',
    outdatedBody: 'Another program wrote to it in the meantime. Look through the lines again.',
    nothing: 'No file has to change.',
    waiting: 'Nothing is written unless you replace it.',
    newFile: 'New file',
    newLink: 'New link',
    removed: 'Removed',
    changed: 'Changed',
    changesIn: (path: string) => `Changes of ${path}`,
    lineAdded: 'Added:',
    lineRemoved: 'Removed:',
    gap: 'lines that stay',
    secrets: '… stands for a value that is not shown.',
    conflictKey: (key: string, helper: string) => `“${helper}” serves ${key} now`,
    conflictEvery: (helper: string) => `“${helper}” serves every registry now`,
    conflictMore: (n: number) => `and ${number(n)} more`,
    replace: (n: number) =>
      n === 1
        ? 'Replace it (it comes back when you turn this off)'
        : 'Replace them (they come back when you turn this off)',
    keeps: (n: number) => (n === 1 ? 'Otherwise it stays as it is.' : 'Otherwise they stay.'),
    apply: 'Apply',
    scrub: 'Remove for good',
  },
  import: {
    title: 'Import credentials',
    lead: 'What docker and podman have stored moves into Registrar. Their files stay as they are until you say otherwise.',
    steps: 'Steps of the import',
    step: { choose: 'Choose', move: 'Move', tidy: 'Tidy up' },
    searching: 'Searching the files of docker and podman, and the helpers they name…',
    helperHint: 'A helper may take a moment, or ask you to unlock something.',
    searchFailed: 'The search did not work',
    searchAgain: 'Search again',
    found: (n: number) => `${plural(n, 'credential', 'credentials')} found`,
    plaintextFound: (n: number, total: number) => {
      if (n === total) return total === 1 ? 'in plain text' : 'all of them in plain text';
      return n === 1 ? 'one of them in plain text' : `${number(n)} of them in plain text`;
    },
    failures: (n: number) =>
      n === 1 ? 'One place could not be searched' : `${number(n)} places could not be searched`,
    noneTitle: 'Nothing to import',
    noneBody:
      'Neither docker nor podman has a credential stored on this computer. Sign in through them or add a registry here.',
    selectPlaintext: 'Select all plaintext',
    selectAll: 'Select all',
    selectNone: 'Select none',
    list: 'Credentials found',
    noUser: 'user unknown',
    plaintext: 'Readable by any program',
    helper: (name: string) => `With helper ${name}`,
    replaces: (name: string, user: string | null) =>
      user === null
        ? `Replaces the credential of “${name}”`
        : `Replaces the credential of “${name}” (user ${user})`,
    fills: (name: string) => `Becomes the credential of “${name}”`,
    twice: 'Found more than once. Of different ones that you choose together, the first counts.',
    chosen: (n: number) => (n === 0 ? 'None chosen' : `${number(n)} chosen`),
    move: (n: number) => `Move ${plural(n, 'credential', 'credentials')}`,
    moveTo: (vault: string) => `They go to ${vault}, and each is checked at once.`,
    moving: (done: number, total: number) =>
      done === 0
        ? `Moving ${plural(total, 'credential', 'credentials')}…`
        : `Moved and checked ${number(done)} of ${number(total)}`,
    movingHint: 'What has been moved stays, also if you stop now.',
    stop: 'Stop',
    stopping: 'Stopping…',
    finished: 'The import is finished',
    finishedAway: (moved: number) =>
      `The import is finished: ${plural(moved, 'credential', 'credentials')} moved.`,
    showResults: 'Show',
    cancelledTitle: 'You stopped the import',
    cancelledBody: 'What was moved until then stays. The rest is as it was.',
    failedTitle: 'The import did not work',
    results: 'Results',
    moved: (moved: number, total: number) => {
      if (moved < total) return `${number(moved)} of ${number(total)} moved into Registrar.`;
      return total === 1 ? 'Moved into Registrar.' : `All ${number(total)} moved into Registrar.`;
    },
    outcome: {
      signedIn: 'Signed in',
      open: 'Open',
      openWhy:
        'It lets everybody read, so it did not ask for the credential. Whether that is right shows when you push.',
      unchecked: 'Moved, not checked',
      uncheckedWhy: 'Check it in the list of registries.',
      notMoved: 'Not moved',
      stopped: 'You stopped before it came to this one.',
    },
    stays: 'Its plaintext stays until a check has passed.',
    gone: 'Plaintext removed',
    askTitle: (family: ToolFamily) => `Let ${FAMILY[family]} ask Registrar`,
    askBody: (family: ToolFamily, n: number) =>
      `${FAMILY[family]} then fetches ${n === 1 ? 'this credential' : `these ${number(n)} credentials`} from Registrar when it needs ${n === 1 ? 'it' : 'them'}.`,
    askButton: (family: ToolFamily) => `Let ${FAMILY[family]} ask Registrar…`,
    asked: (family: ToolFamily) => `${FAMILY[family]} asks Registrar for what you imported.`,
    helperTitle: 'Let tools find Registrar',
    helperFirst:
      'They do not find its helper, docker-credential-registrar, yet: what asks for it would fail.',
    toTools: 'Go to Tools',
    toRegistries: 'Go to Registries',
    scrubTitle: (n: number) =>
      n === 1 ? 'Remove the plaintext copy' : `Remove the ${number(n)} plaintext copies`,
    scrubBody:
      'Registrar has the credential and has checked the registry with it, so the copy that any program can read is no longer needed. Removing it cannot be undone.',
    scrubOpen:
      'An open registry did not ask for its credential, so nobody knows yet whether it is right.',
    scrubFirst:
      'Let the tools ask Registrar first (above): without the copy they cannot sign in by themselves.',
    scrubButton: (n: number) =>
      n === 1 ? 'Remove the plaintext copy…' : 'Remove the plaintext copies…',
    tidied: 'Nothing is left to tidy up.',
  },
} as const;
