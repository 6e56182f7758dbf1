/** Situations to look at: `dev.html?scene=…&theme=…`. */
import { Backend } from './backend';
import { clusterScenes } from './cluster-scenes';
import { containerRegistries } from './containers';
import {
  accessReport,
  before,
  DEFAULT,
  failedReport,
  fewRegistries,
  KEYCHAIN,
  manyRegistries,
  registry,
} from './data';
import { hostingScenes } from './hosting-scenes';
import { hostingTokenScenes } from './hosting-tokens';
import { shareScenes } from './share-scenes';
import { imageScenes } from './images-scenes';
import { stackScenes } from './stacks-scenes';
import { toolScenes } from './tools-scenes';
import { transferScenes } from './transfers-scenes';

export type Scene = () => Backend;

const few = () => new Backend(fewRegistries());

function changed(change: (backend: Backend) => void): Scene {
  return () => {
    const backend = few();
    change(backend);
    return backend;
  };
}

/** Container registries before the devfile registries. */
function mixed(change: (backend: Backend) => void): Scene {
  return () => {
    const backend = new Backend([...containerRegistries(), ...fewRegistries().slice(0, 4)]);
    change(backend);
    return backend;
  };
}

const MISSING = {
  ...KEYCHAIN,
  name: 'Secret Service',
  state: 'missing' as const,
  reason: 'No program on this computer offers the Secret Service.',
  hint: 'Install GNOME Keyring or KWallet, or create a passphrase vault.',
  raw: 'org.freedesktop.DBus.Error.ServiceUnknown: The name org.freedesktop.secrets was not provided',
};

const VAULT = {
  ...KEYCHAIN,
  kind: 'passphrase' as const,
  name: 'Passphrase vault',
  hasPassphraseVault: true,
};

export const scenes: Record<string, Scene> = {
  ...toolScenes,
  ...stackScenes,
  ...imageScenes,
  ...transferScenes,
  ...hostingScenes,
  ...hostingTokenScenes,
  ...shareScenes,
  ...clusterScenes,
  list: few,
  huge: () => new Backend(manyRegistries(10_000)),
  empty: () => new Backend([]),
  'first-run': () => {
    const backend = new Backend([registry(DEFAULT)]);
    backend.settings.welcomed = false;
    return backend;
  },
  'first-run-missing': () => {
    const backend = new Backend([registry(DEFAULT)]);
    backend.settings.welcomed = false;
    backend.vault = MISSING;
    return backend;
  },
  broken: changed((backend) => {
    backend.problem = {
      path: '/home/jane/.config/registrar/registries.toml',
      message: 'The value of “url” is not closed by a quotation mark.',
      line: 14,
      column: 7,
      excerpt: 'url = "https://registry.stage.devfile.io',
      backup: { savedAt: before(95), registries: 9 },
    };
  }),
  entries: changed((backend) => {
    backend.entryProblems = [
      { line: 21, message: 'It has no “url”.' },
      { line: 34, message: 'The name “Lab” is used by the entry in line 12 already.' },
    ];
  }),
  missing: changed((backend) => (backend.vault = MISSING)),
  locked: changed((backend) => {
    backend.vault = {
      ...VAULT,
      state: 'locked',
      reason: 'It is locked.',
      hint: 'Unlock it to use tokens.',
    };
  }),
  vault: changed((backend) => (backend.vault = VAULT)),
  untrusted: changed((backend) => {
    backend.report = failedReport('certificate_not_trusted');
  }),
  containers: mixed(() => {}),
  'container-untrusted': mixed((backend) => {
    backend.report = failedReport('certificate_not_trusted', 'container');
  }),
  'container-realm': mixed((backend) => {
    backend.report = failedReport('realm_not_approved', 'container');
  }),
  'container-http': mixed((backend) => {
    backend.report = failedReport('plain_http_on_tls_port', 'container');
  }),
  'container-refused': mixed((backend) => {
    backend.report = failedReport('credentials_refused', 'container');
  }),
  'container-wait': mixed((backend) => {
    backend.report = failedReport('rate_limited', 'container');
  }),
  'container-open': mixed((backend) => (backend.report = accessReport('open_not_checked'))),
  'container-proved': mixed((backend) => (backend.report = accessReport('proved'))),
  refused: changed((backend) => (backend.report = failedReport('refused'))),
};
