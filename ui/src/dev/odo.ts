/** An odo that is only pretended: its list is in memory. */
import type {
  OdoChange,
  OdoEntry,
  OdoImport,
  OdoPage,
  OdoPlan,
  OdoRow,
  PlanLine,
  RegistryDetails,
} from '../bindings';

const FILE = '/home/jane/.odo/preference.yaml';

const entry = (name: string, url: string, change: Partial<OdoEntry> = {}): OdoEntry => ({
  name,
  url,
  secure: false,
  ours: false,
  knownAs: null,
  problem: null,
  ...change,
});

export class PretendedOdo {
  installed = true;
  problem: string | null = null;
  entries: OdoEntry[] = [
    entry('Team', 'https://team.example.com', { secure: true }),
    entry('Old', 'https://github.com/acme/registry', {
      problem: 'Registries on GitHub are no longer supported.',
    }),
    entry('DefaultDevfileRegistry', 'https://registry.devfile.io'),
  ];
  #plans = new Map<string, OdoChange>();

  page(records: readonly RegistryDetails[]): OdoPage {
    const devfile = records.filter(({ row }) => row.kind === 'devfile');
    return {
      tool: {
        name: 'odo',
        path: this.installed ? '/usr/local/bin/odo' : null,
        version: this.installed ? '3.16.1' : null,
      },
      file: FILE,
      problem: this.problem,
      registries: devfile.map((record) => this.#row(record)),
      entries: (this.problem === null ? this.entries : []).map((known) => ({
        ...known,
        knownAs: devfile.find(({ row }) => row.url === known.url)?.row.name ?? null,
      })),
      isDefault: false,
    };
  }

  #row({ row }: RegistryDetails): OdoRow {
    const { id, name, url, hasToken } = row;
    const at = this.entries.find((known) => known.url === url);
    const named = this.entries.find((known) => known.name === name);
    const rest = { id, name, url, hasToken };
    if (at?.ours) return { ...rest, setting: { state: 'on', withToken: at.secure } };
    if (at) return { ...rest, setting: { state: 'theirs', name: at.name } };
    if (named) return { ...rest, setting: { state: 'name_taken', url: named.url } };
    return { ...rest, setting: { state: 'off' } };
  }

  plan(change: OdoChange, records: readonly RegistryDetails[]): OdoPlan {
    const plan = `odo-${this.#plans.size}`;
    this.#plans.set(plan, change);
    const rows = this.#touched(change, records);
    const conflicts = rows.flatMap(({ row }) => {
      const other = this.entries.find(({ name, ours }) => name === row.name && !ours);
      return other && change.change === 'use' && !change.replace
        ? [{ name: other.name, url: other.url }]
        : [];
    });
    const sign = change.change === 'use' ? 'added' : 'removed';
    const line = (text: string): PlanLine => ({ sign, text });
    const lines =
      change.change === 'drop'
        ? [line(`  - Name: ${change.name}`)]
        : rows.flatMap(({ row }) => [
            line(`  - Name: ${row.name}`),
            line(`    URL: ${row.url}`),
            line(`    secure: ${change.change === 'use' && change.withToken && row.hasToken}`),
          ]);
    const secure = rows.filter(({ row }) => row.hasToken);
    const gives = change.change !== 'use' || change.withToken;
    return {
      plan,
      files: conflicts.length > 0 ? [] : [{ path: FILE, isNew: false, isRemoved: false, lines }],
      backup: '/home/jane/.local/share/registrar/backups/odo-preference.yaml',
      conflicts,
      tokens: gives
        ? secure.map(({ row }) => ({ service: `odo-${row.name}`, what: sign }) as const)
        : [],
      tokenProblem: null,
    };
  }

  #touched(change: OdoChange, records: readonly RegistryDetails[]): RegistryDetails[] {
    if (change.change === 'drop') return [];
    return records.filter(({ row }) => change.ids.includes(row.id));
  }

  apply(plan: string, records: readonly RegistryDetails[]): OdoPage {
    const change = this.#plans.get(plan);
    if (!change) throw new Error(`no plan ${plan}`);
    if (change.change === 'drop') {
      this.entries = this.entries.filter(({ name }) => name !== change.name);
    }
    for (const { row } of this.#touched(change, records)) {
      const { name, url, hasToken } = row;
      this.entries = this.entries.filter((known) => known.name !== name);
      if (change.change === 'use') {
        const secure = change.withToken && hasToken;
        this.entries = [entry(name, url, { secure, ours: true }), ...this.entries];
      }
    }
    return this.page(records);
  }

  /** A devfile registry's details, and whether odo has it. */
  details(record: RegistryDetails): RegistryDetails {
    const { kind, url } = record.row;
    if (kind !== 'devfile') return record;
    const has = this.entries.some((known) => known.ours && known.url === url);
    return { ...record, usedBy: has ? ['odo'] : [] };
  }

  import(names: readonly string[], add: (name: string, url: string) => string): OdoImport {
    const imported = names.map((name) => {
      const url = this.entries.find((known) => known.name === name)?.url ?? '';
      const id = add(name, url);
      return { name, addedAs: name, id, tokenMissing: false, error: null };
    });
    return { imported };
  }
}
