/** Situations of moving images. */
import { Backend } from './backend';
import { containerRegistries } from './containers';
import { after, before } from './data';
import { digestOf } from './images-data';
import { BROKEN, MB, transfer, type PretendedTransfers } from './transfers';

function withTransfers(change: (transfers: PretendedTransfers) => void): () => Backend {
  return () => {
    const backend = new Backend(containerRegistries());
    change(backend.transfers);
    return backend;
  };
}

/** One of each state. */
const everything = (registry: string) => [
  transfer({
    state: { state: 'running', rate: 11.4 * MB, secondsLeft: 8 },
    done: 57.3 * MB,
    spared: 12 * MB,
  }),
  transfer({
    kind: 'copy',
    name: 'infra/postgres:16',
    from: 'registry.example.com/infra/postgres:16',
    to: 'lab.example.com/mirror/postgres:16',
    state: { state: 'retrying', at: after(1), attempt: 3, error: BROKEN },
    done: 90 * MB,
    registry,
  }),
  transfer({ kind: 'upload', name: 'team/api:2.0', from: '/home/jane/api.tar', total: null }),
  transfer({
    name: 'team/web:1.0',
    state: { state: 'waiting', reason: 'vault_locked' },
    total: null,
  }),
  transfer({ name: 'team/tools:7', state: { state: 'paused' }, done: 31 * MB }),
  transfer({
    name: 'team/secret:1',
    registry,
    state: {
      state: 'failed',
      error: {
        ...BROKEN,
        message: 'registry.example.com: the registry does not allow this.',
        hint: 'Ask whoever runs registry.example.com for the right to read from it, or enter credentials that have it.',
        raw: 'denied: requested access to the resource is denied',
      },
    },
    done: 4 * MB,
  }),
  transfer({
    name: 'team/shop:4.1.0',
    done: 148 * MB,
    state: { state: 'done', at: before(12), digest: digestOf('4.1.0') },
  }),
  transfer({
    kind: 'upload',
    name: 'team/shop:4.2.0',
    from: '/home/jane/Downloads/shop-4.2.0.tar',
    to: 'registry.example.com/team/shop:4.2.0',
    done: 148 * MB,
    image: { registry, repository: 'team/shop', reference: '4.2.0', platform: null },
    state: { state: 'done', at: before(30), digest: digestOf('4.2.0') },
  }),
  transfer({ kind: 'copy', name: 'team/old:1', state: { state: 'cancelled' }, total: null }),
];

export const transferScenes: Record<string, () => Backend> = {
  transfers: () => {
    const backend = new Backend(containerRegistries());
    backend.transfers.rows = everything(backend.records[0]?.row.id ?? '');
    return backend;
  },
  'transfers-empty': withTransfers(() => undefined),
  'transfers-problem': withTransfers((transfers) => {
    transfers.problem =
      'The file of transfers could not be read (expected value at line 1 column 1). It was set aside as /home/jane/.local/share/registrar/transfers-unreadable-1767225600000.json; start what is missing here again.';
  }),
  'transfers-taken': withTransfers((transfers) => {
    transfers.target = { target: 'taken', digest: digestOf('other') };
  }),
  'transfers-several': withTransfers((transfers) => {
    const [first] = transfers.movable;
    if (!first) return;
    transfers.inFile = [
      { ...first, name: 'lab.example.com/team/api:2.0', platforms: [], size: null },
      { ...first, name: 'lab.example.com/team/web:1.4', platforms: [], size: null },
    ];
  }),
  'transfers-not-deleted': withTransfers((transfers) => {
    transfers.refuses = {
      ...BROKEN,
      message: 'The registry does not offer deletion.',
      hint: 'Ask whoever runs the registry to allow deletion, or delete in its own pages.',
      raw: null,
      retryable: false,
    };
  }),
};
