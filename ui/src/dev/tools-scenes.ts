/** Situations of the pages about tools. */
import { Backend } from './backend';
import { containerRegistries } from './containers';
import { accessReport, failedReport, fewRegistries } from './data';
import {
  docker,
  HELPER,
  off,
  on,
  podman,
  type PretendedTools,
  toolRegistry,
  uninstalled,
} from './tools';
import { findings } from './tools-data';

function withTools(change: (tools: PretendedTools) => void = () => undefined): () => Backend {
  return () => {
    const backend = new Backend([...containerRegistries(), ...fewRegistries().slice(0, 2)]);
    backend.tools.findings = findings();
    change(backend.tools);
    backend.tools.knowIds(backend.records.map(({ row }) => row));
    return backend;
  };
}

const MISSING = { ...HELPER, found: null, foundIsOurs: false, linked: false };

export const toolScenes: Record<string, () => Backend> = {
  tools: withTools(),
  'odo-problem': () => {
    const backend = withTools()();
    backend.odo.problem =
      '/home/jane/.odo/preference.yaml, line 4, column 3, cannot be understood: this is not valid YAML. Mend the file in an editor; nothing in it was changed.';
    backend.odo.installed = false;
    return backend;
  },
  odo: () => {
    const backend = new Backend(fewRegistries());
    backend.tools.knowIds([]);
    return backend;
  },
  'tools-every': withTools((tools) => {
    const registries = docker().registries.map((registry) =>
      registry.setting.state === 'off'
        ? { ...registry, setting: { state: 'on_for_all' } as const }
        : registry,
    );
    tools.groups = [docker({ every: on, registries }), podman({ every: on })];
  }),
  'tools-conflict': withTools((tools) => {
    tools.groups = [docker({ every: { state: 'other', helper: 'desktop' } }), podman()];
  }),
  'tools-repair': withTools((tools) => {
    const registries = [
      toolRegistry('https://index.docker.io/v1/', ['Docker Hub'], { state: 'missing' }),
      toolRegistry('ghcr.io', ['GitHub'], { state: 'taken', by: 'desktop' }),
      toolRegistry('old.example.com', [], on),
    ];
    tools.groups = [docker({ registries, needsRepair: true }), podman()];
  }),
  'tools-no-helper': withTools((tools) => (tools.helper = MISSING)),
  'tools-no-path': withTools((tools) => (tools.helper = { ...MISSING, linkOnPath: false })),
  'tools-linked-no-path': withTools((tools) => {
    tools.helper = { ...MISSING, linked: true, linkOnPath: false };
  }),
  'tools-other-helper': withTools((tools) => {
    tools.helper = { ...MISSING, found: '/usr/local/bin/docker-credential-registrar' };
  }),
  'tools-absent-helper': withTools((tools) => (tools.helper = { ...MISSING, own: null })),
  'tools-problem': withTools((tools) => {
    const problem =
      '/home/jane/.docker/config.json is not JSON: line 12 ends in the middle of a text. Mend it in a text editor.';
    tools.groups = [docker({ problem, registries: [] }), podman()];
  }),
  'tools-podman-only': withTools((tools) => (tools.groups = [uninstalled(docker()), podman()])),
  'tools-none': withTools((tools) => {
    tools.groups = [uninstalled(docker()), uninstalled(podman())];
  }),
  'tools-no-registries': withTools((tools) => {
    tools.groups = [docker({ registries: [] }), podman({ registries: [] })];
  }),
  'tools-many': withTools((tools) => {
    const registries = Array.from({ length: 60 }, (_, n) =>
      toolRegistry(`r${n + 1}.example.com`, [`Registry ${n + 1}`], n % 3 === 0 ? on : off),
    );
    tools.groups = [docker({ registries }), podman({ registries })];
  }),
  import: withTools((tools) => {
    tools.outcomes = {
      2: { report: failedReport('credentials_refused', 'container'), canScrub: false },
      3: { report: accessReport('open_not_checked'), canScrub: true },
      5: {
        id: null,
        report: null,
        error: {
          code: 'internal',
          message: 'The helper “secretservice” gave no credential.',
          hint: 'Unlock the keychain, then import it again.',
          retryable: true,
          field: null,
          raw: 'exit status 1: credentials not found in native keychain',
        },
      },
    };
  }),
  'import-slow': withTools((tools) => (tools.moveMillis = 60_000)),
  'import-none': withTools((tools) => (tools.findings = { rows: [], failures: [] })),
};
