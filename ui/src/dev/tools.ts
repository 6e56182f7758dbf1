/** Tools that are only pretended: a docker and a podman whose configuration is in memory. */
import type {
  AppEvent,
  HelperFacts,
  Imported,
  ImportFindings,
  ImportRow,
  PlanConflict,
  PlanFile,
  PlanLine,
  RegistryRow,
  Tool,
  ToolChange,
  ToolFamily,
  ToolGroup,
  ToolPlan,
  ToolRegistry,
  ToolSetting,
  ToolsPage,
} from '../bindings';
import { accessReport } from './data';

const HOME = '/home/jane';
export const LINK = `${HOME}/.local/bin/docker-credential-registrar`;
export const OWN = '/opt/registrar/libexec/docker-credential-registrar';

export const HELPER: HelperFacts = {
  own: OWN,
  found: LINK,
  foundIsOurs: true,
  link: LINK,
  linked: true,
  linkOnPath: true,
};

const tool = (name: string, path: string | null, version: string | null): Tool => ({
  name,
  path,
  version,
});

export const on: ToolSetting = { state: 'on' };
export const off: ToolSetting = { state: 'off' };

/** A registry as tools see it; `names` as in the catalog. */
export function toolRegistry(key: string, names: string[], setting = off): ToolRegistry {
  return { key, names, ids: names.map((name) => `id-${name}`), setting };
}

export function docker(change: Partial<ToolGroup> = {}): ToolGroup {
  return {
    family: 'docker',
    tools: [
      tool('docker', '/usr/bin/docker', '28.2.2'),
      tool('nerdctl', null, null),
      tool('helm', '/usr/local/bin/helm', '3.16.1'),
      tool('oras', null, null),
      tool('crane', null, null),
    ],
    file: `${HOME}/.docker/config.json`,
    problem: null,
    every: off,
    registries: [
      toolRegistry('https://index.docker.io/v1/', ['Docker Hub'], on),
      toolRegistry('ghcr.io', ['Acme on GitHub', 'Payments images'], on),
      toolRegistry('192.168.1.200:5000', ['Lab']),
      toolRegistry('912345678901.dkr.ecr.eu-west-1.amazonaws.com', ['Production images'], {
        state: 'other',
        helper: 'ecr-login',
      }),
    ],
    needsRepair: false,
    ...change,
  };
}

export function podman(change: Partial<ToolGroup> = {}): ToolGroup {
  return {
    family: 'podman',
    tools: [
      tool('podman', '/usr/bin/podman', '4.3.1'),
      tool('skopeo', '/usr/bin/skopeo', null),
      tool('buildah', null, null),
    ],
    file: `${HOME}/.config/containers/auth.json`,
    problem: null,
    every: off,
    registries: [
      toolRegistry('docker.io', ['Docker Hub']),
      toolRegistry('ghcr.io', ['Acme on GitHub', 'Payments images'], on),
      toolRegistry('192.168.1.200:5000', ['Lab']),
    ],
    needsRepair: false,
    ...change,
  };
}

/** The same family without a single tool. */
export function uninstalled(group: ToolGroup): ToolGroup {
  const tools = group.tools.map(({ name }) => tool(name, null, null));
  const registries = group.registries.map((registry) => ({ ...registry, setting: off }));
  return { ...group, tools, registries };
}

const line = (sign: PlanLine['sign'], text = ''): PlanLine => ({ sign, text });

const isBroken = ({ state }: ToolSetting) => state === 'missing' || state === 'taken';

/** Answers the five commands about tools. */
export class PretendedTools {
  helper: HelperFacts = { ...HELPER };
  groups: ToolGroup[] = [docker(), podman()];
  findings: ImportFindings = { rows: [], failures: [] };
  /** What the check of a registry finds after its import, else that it is signed in. */
  outcomes: Record<string, Partial<Imported>> = {};
  /** How long moving one credential takes, in milliseconds. */
  moveMillis = 0;

  #plans = new Map<string, ToolChange>();

  page(): ToolsPage {
    return { helper: this.helper, groups: this.groups };
  }

  /** Registries of the catalog are known by their ids there. */
  knowIds(rows: readonly RegistryRow[]): void {
    const ids = new Map(rows.map(({ id, name }) => [name, id]));
    this.groups = this.groups.map((group) => ({
      ...group,
      registries: group.registries.map((registry) => ({
        ...registry,
        ids: registry.names.map((name) => ids.get(name) ?? `id-${name}`),
      })),
    }));
  }

  #group(family: ToolFamily): ToolGroup {
    const found = this.groups.find((group) => group.family === family);
    if (!found) throw new Error(`no family ${family}`);
    return found;
  }

  plan(change: ToolChange): ToolPlan {
    const plan = `plan-${this.#plans.size + 1}`;
    this.#plans.set(plan, change);
    return { plan, files: this.#files(change), conflicts: this.#conflicts(change) };
  }

  #conflicts(change: ToolChange): PlanConflict[] {
    if (!('replace' in change) || change.replace) return [];
    const { every, registries } = this.#group(change.family);
    if (change.change === 'every') {
      return every.state === 'other' && change.on ? [{ key: null, helper: every.helper }] : [];
    }
    return registries.flatMap(({ key, setting }) =>
      change.keys.includes(key) && setting.state === 'other'
        ? [{ key, helper: setting.helper }]
        : [],
    );
  }

  #files(change: ToolChange): PlanFile[] {
    if (change.change === 'link_helper' || change.change === 'unlink_helper') {
      const isNew = change.change === 'link_helper';
      const lines = [line(isNew ? 'added' : 'removed', `→ ${OWN}`)];
      return [{ path: LINK, isNew, isRemoved: !isNew, lines }];
    }
    if (change.change === 'scrub') return this.#scrubbed(change.keys);
    const { file } = this.#group(change.family);
    const lines = this.#lines(change);
    const whole = [line('same', '{'), ...lines, line('gap'), line('same', '}')];
    return lines.length === 0 ? [] : [{ path: file, isNew: false, isRemoved: false, lines: whole }];
  }

  #lines(change: ToolChange): PlanLine[] {
    const conflicts = this.#conflicts(change);
    const entry = (key: string, helper: string) => `    "${key}": "${helper}"`;
    const head = line('same', '  "credHelpers": {');
    if (change.change === 'every') {
      if (conflicts.length > 0) return [];
      const { every } = this.#group(change.family);
      const before =
        every.state === 'other' ? [line('removed', `  "credsStore": "${every.helper}",`)] : [];
      return [...before, line(change.on ? 'added' : 'removed', '  "credsStore": "registrar",')];
    }
    const lines = this.#touched(change).flatMap(({ key, setting }) => {
      if (conflicts.some((conflict) => conflict.key === key)) return [];
      const before = setting.state === 'other' ? [line('removed', entry(key, setting.helper))] : [];
      const sign = change.change === 'enable' || change.change === 'repair' ? 'added' : 'removed';
      return [...before, line(sign, entry(key, 'registrar'))];
    });
    return lines.length === 0
      ? []
      : [head, ...lines, line('same', '  },'), line('same', '  "auths": …')];
  }

  /** The registries that a change is about. */
  #touched(change: ToolChange): ToolRegistry[] {
    if (!('family' in change)) return [];
    const { registries } = this.#group(change.family);
    if ('keys' in change) return registries.filter(({ key }) => change.keys.includes(key));
    if (change.change === 'repair') return registries.filter(({ setting }) => isBroken(setting));
    return registries.filter(({ setting }) => setting.state === 'on' || isBroken(setting));
  }

  #scrubbed(keys: readonly string[]): PlanFile[] {
    const rows = this.findings.rows.filter(({ key }) => keys.includes(key));
    return [...new Set(rows.map(({ file }) => file))].map((path) => ({
      path,
      isNew: false,
      isRemoved: false,
      lines: [
        line('same', '  "auths": {'),
        ...rows
          .filter(({ file }) => file === path)
          .flatMap(({ registry }) => [
            line('removed', `    "${registry}": {`),
            line('removed', '      "auth": "…"'),
            line('removed', '    },'),
          ]),
        line('gap'),
      ],
    }));
  }

  apply(plan: string): ToolsPage {
    const change = this.#plans.get(plan);
    if (!change) throw new Error(`no plan ${plan}`);
    if (change.change === 'link_helper' || change.change === 'unlink_helper') {
      const linked = change.change === 'link_helper';
      const found = linked && this.helper.linkOnPath ? LINK : null;
      this.helper = { ...this.helper, linked, found, foundIsOurs: found !== null };
    } else if ('family' in change) {
      const conflicts = this.#conflicts(change).map(({ key }) => key);
      const changed = this.#touched(change)
        .map(({ key }) => key)
        .filter((key) => !conflicts.includes(key));
      this.#set(change, changed);
    }
    return this.page();
  }

  #set(change: ToolChange & { family: ToolFamily }, changed: readonly string[]): void {
    const setting = change.change === 'enable' || change.change === 'repair' ? on : off;
    this.groups = this.groups.map((group) => {
      if (group.family !== change.family) return group;
      if (change.change === 'every') {
        const forAll: ToolSetting = { state: 'on_for_all' };
        const registries = group.registries.map((registry) =>
          change.on && registry.setting.state === 'off'
            ? { ...registry, setting: forAll }
            : !change.on && registry.setting.state === 'on_for_all'
              ? { ...registry, setting: off }
              : registry,
        );
        return { ...group, every: change.on ? on : off, registries };
      }
      const registries = group.registries.map((registry) =>
        changed.includes(registry.key) ? { ...registry, setting } : registry,
      );
      const needsRepair = change.change === 'repair' ? false : group.needsRepair;
      return { ...group, registries, needsRepair };
    });
  }

  /** Moves one credential after the other, as long as nobody stops it. */
  async import(
    keys: readonly string[],
    operation: string,
    emit: (event: AppEvent) => Promise<void>,
    stopped: () => boolean,
  ) {
    const imported: Imported[] = [];
    for (const key of keys) {
      await new Promise((resolve) => setTimeout(resolve, this.moveMillis));
      if (stopped()) break;
      imported.push(this.#import(key));
      const failed = imported.filter(({ error }) => error !== null).length;
      const progress = { done: imported.length, failed, total: keys.length };
      await emit({ type: 'check_progress', operation, ...progress });
    }
    const cancelled = imported.length < keys.length;
    const rest = keys.slice(imported.length).map((key) => ({ ...NOT_MOVED, key }));
    return { imported: [...imported, ...rest], cancelled };
  }

  #import(key: string): Imported {
    const row = this.findings.rows.find((found) => found.key === key);
    if (!row) throw new Error(`no row ${key}`);
    const outcome = this.outcomes[key] ?? {};
    const id = `id-${row.existing?.name ?? row.registry}`;
    const canScrub = row.place.place === 'plaintext' && outcome.report === undefined;
    const imported = {
      ...NOT_MOVED,
      key,
      id,
      report: accessReport('proved'),
      canScrub,
      ...outcome,
    };
    if (imported.id !== null) this.#appear(row, imported.id);
    return imported;
  }

  /** The tools can ask for what has been imported, by its host. */
  #appear(row: ImportRow, id: string): void {
    const key = row.registry.replace(/\/.*/, '');
    const name = row.existing?.name ?? row.registry;
    this.groups = this.groups.map((group) => {
      const known = group.registries.some((registry) => registry.key === key);
      const registries = known
        ? group.registries.map((registry) =>
            registry.key === key ? { ...registry, ids: [...registry.ids, id] } : registry,
          )
        : [...group.registries, { key, ids: [id], names: [name], setting: off }];
      return { ...group, registries };
    });
  }
}

const NOT_MOVED: Imported = { key: '', id: null, report: null, error: null, canScrub: false };
