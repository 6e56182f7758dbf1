/** Situations of exporting and importing registries. */
import type { SharedField, SharedState } from '../bindings';
import { Backend } from './backend';
import { containerRegistries } from './containers';
import { DEFAULT, fewRegistries, registry } from './data';
import { sharedEntry } from './share';

const DIFFERS: SharedState = {
  state: 'differs',
  mine: 'StageRegistry',
  canReplace: true,
  losesToken: true,
  fields: [
    {
      field: 'address',
      mine: 'https://registry.stage.devfile.io',
      theirs: 'http://registry.staging.example.com',
    },
    { field: 'plain_http', mine: null, theirs: 'true' },
  ],
};

const OTHER_KIND: SharedState = {
  state: 'differs',
  mine: '🧪 Lab',
  canReplace: false,
  losesToken: false,
  fields: [
    { field: 'kind', mine: 'devfile', theirs: 'container' },
    { field: 'address', mine: 'https://192.168.1.200:5000', theirs: 'lab.example.com:5000' },
    { field: 'user', mine: null, theirs: 'robot$lab' },
  ],
};

const RISKS: SharedField[] = ['unverified', 'token_server'];

function withFile(change: (backend: Backend) => void = () => undefined): () => Backend {
  return () => {
    const backend = new Backend([
      ...fewRegistries(),
      ...containerRegistries().slice(0, 2),
      registry({ name: 'Here', url: 'http://127.0.0.1:8080', tls: 'plain_http' }),
    ]);
    backend.share.entries = [
      sharedEntry(0, { name: DEFAULT.name, url: DEFAULT.url, state: { state: 'same' } }),
      sharedEntry(1, {
        name: 'StageRegistry',
        url: 'http://registry.staging.example.com',
        state: DIFFERS,
        freeName: 'StageRegistry 2',
        risks: ['plain_http'],
      }),
      sharedEntry(2, {
        name: '🧪 Lab',
        kind: 'container',
        url: 'lab.example.com:5000',
        user: 'robot$lab',
        state: OTHER_KIND,
        freeName: '🧪 Lab 2',
      }),
      sharedEntry(3, { name: 'Platform team', url: 'https://devfiles.platform.example.com' }),
      sharedEntry(4, {
        name: 'Platform images',
        kind: 'container',
        url: 'images.platform.example.com/team',
        user: 'robot$readers',
        risks: RISKS,
      }),
    ];
    change(backend);
    return backend;
  };
}

export const shareScenes: Record<string, () => Backend> = {
  share: withFile(),
  'share-problems': withFile((backend) => {
    backend.share.problems = [
      { line: 12, column: 7, message: '`url`: This is no address.' },
      { line: 20, column: 1, message: 'This registry has no `name`; add a line name = "…".' },
    ];
  }),
  'share-empty': withFile((backend) => (backend.share.entries = [])),
  'share-many': withFile((backend) => {
    backend.share.entries = Array.from({ length: 2000 }, (_, key) => sharedEntry(key));
  }),
};
