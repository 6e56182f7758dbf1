/** Situations of the pages about stacks. */
import { Backend } from './backend';
import { before, fewRegistries } from './data';
import { type PretendedSource, stackRow } from './stacks';

const NAMES: [string, string, string][] = [
  ['go', 'Go Runtime', 'Go'],
  ['java-quarkus', 'Quarkus Java', 'Java'],
  ['java-maven', 'Maven Java', 'Java'],
  ['nodejs', 'Node.js Runtime', 'JavaScript'],
  ['python', 'Python', 'Python'],
  ['php-laravel', 'Laravel', 'PHP'],
];

const failure = {
  kind: 'refused' as const,
  status: null,
  redirectedTo: null,
  seconds: null,
  atTokenServer: false,
  said: null,
  hint: null,
  realm: null,
  raw: 'connection refused',
};

function source(id: string, name: string, change: Partial<PretendedSource> = {}): PretendedSource {
  const rows = NAMES.map(([stack, title, language]) =>
    stackRow({ name: stack, title, language, projectType: title, tags: [language] }),
  );
  return { id, name, rows, ...change };
}

function withStacks(change: (backend: Backend) => void): () => Backend {
  return () => {
    const backend = new Backend(fewRegistries());
    const [first, second, third] = backend.records.map(({ row }) => row);
    if (first && second && third) {
      backend.stacks.sources = [
        source(first.id, first.name),
        source(second.id, second.name, {
          rows: [
            stackRow({ name: 'go', title: 'Our Go' }),
            stackRow({ name: 'old', title: 'Old', deprecated: true, language: 'COBOL' }),
            stackRow({ name: 'demo', title: 'Demo', kind: 'sample', language: '' }),
          ],
        }),
        source(third.id, third.name, { rows: [], fails: failure }),
      ];
    }
    change(backend);
    return backend;
  };
}

const pick = (backend: Backend, change: Partial<PretendedSource>) => {
  backend.stacks.sources = backend.stacks.sources.map((one) => ({ ...one, ...change }));
};

export const stackScenes: Record<string, () => Backend> = {
  stacks: withStacks(() => undefined),
  'stacks-slow': withStacks((backend) => (backend.stacks.answerMillis = 1500)),
  'stacks-offline': withStacks((backend) => {
    pick(backend, { fails: failure, kept: before(600) });
    backend.stacks.devfile = { ...backend.stacks.devfile, failure, fetchedAt: before(600) };
  }),
  'stacks-unreachable': withStacks((backend) => pick(backend, { fails: failure })),
  'stacks-none': withStacks((backend) => (backend.stacks.sources = [])),
  'stacks-nothing': withStacks((backend) => pick(backend, { rows: [] })),
  'stacks-huge': withStacks((backend) => {
    const rows = Array.from({ length: 5000 }, (_, at) =>
      stackRow({ name: `stack-${String(at).padStart(5, '0')}`, language: at % 2 ? 'Go' : 'Java' }),
    );
    pick(backend, { rows });
  }),
  'stacks-taken': withStacks((backend) => {
    backend.stacks.outcome = {
      outcome: 'taken',
      ticket: 'ticket',
      folder: '/home/jane/go',
      files: ['devfile.yaml', 'docker/Dockerfile'],
      count: 2,
    };
  }),
  'stacks-no-devfile': withStacks((backend) => {
    const nothing = { text: null, fetchedAt: null, summary: null, problem: null };
    backend.stacks.devfile = { ...nothing, failure };
  }),
  'stacks-no-summary': withStacks((backend) => {
    const text = 'a: [b';
    const problem = 'it is not YAML: line 1';
    backend.stacks.devfile = { ...backend.stacks.devfile, text, summary: null, problem };
  }),
  'stacks-saving': withStacks((backend) => (backend.stacks.saveMillis = 60_000)),
};
