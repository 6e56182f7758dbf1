/** The pretended shell's part about moving images and deleting them. */
import type {
  AppEvent,
  CommandError,
  ImageDeletion,
  MovableImage,
  TargetState,
  TransferAction,
  TransferPlace,
  TransferRow,
  TransferState,
} from '../bindings';
import type { Commands } from '../bindings/commands';
import { before } from './data';
import { digestOf } from './images-data';

export const MB = 1_000_000;

export const BROKEN: CommandError = {
  code: 'internal',
  message: 'registry.example.com: the connection was closed in the middle.',
  hint: 'Look at the network and at the registry registry.example.com, then try again; what has arrived stays.',
  retryable: true,
  field: null,
  raw: 'connection reset by peer',
};

export function transfer(change: Partial<TransferRow>): TransferRow {
  return {
    id: crypto.randomUUID(),
    kind: 'download',
    name: 'team/shop:4.2.0',
    from: 'registry.example.com/team/shop:4.2.0',
    to: '/home/jane/Downloads/shop-4.2.0',
    registry: null,
    image: null,
    added: before(3),
    done: 0,
    total: 148 * MB,
    spared: 0,
    state: { state: 'waiting', reason: null },
    ...change,
  };
}

const wordsOf = (place: TransferPlace) =>
  place.at === 'file' ? place.path : `registry.example.com/${place.repository}:${place.reference}`;

const AFTER: Record<TransferAction, TransferState> = {
  pause: { state: 'paused' },
  resume: { state: 'running', rate: 4 * MB, secondsLeft: 20 },
  retry: { state: 'waiting', reason: null },
  cancel: { state: 'cancelled' },
  remove: { state: 'cancelled' },
};

export class PretendedTransfers {
  rows: TransferRow[] = [];
  problem: string | null = null;
  movable: MovableImage[] = [
    {
      name: '4.2.0',
      digest: digestOf('index'),
      platforms: [
        { name: 'linux/amd64', size: 74.2 * MB },
        { name: 'linux/arm64/v8', size: 71.8 * MB },
        { name: 'linux/arm/v7', size: 66.1 * MB },
      ],
      size: 148 * MB,
    },
  ];
  /** What a file has in it. */
  inFile: MovableImage[] = [];
  target: TargetState = { target: 'free' };
  deletion: ImageDeletion = {
    name: 'registry.example.com/team/shop:4.2.0',
    digest: digestOf('index'),
    shared: ['latest', '4.2', '4'],
    more: false,
  };
  /** Why deleting is refused. */
  refuses: CommandError | null = null;

  /** The handlers of the commands about transfers. */
  handlers(emit: (event: AppEvent) => Promise<void>) {
    const list = () => ({ rows: this.rows, problem: this.problem });
    return {
      read_movable: ({ from }: Commands['read_movable'][0]) => ({
        images: from.at === 'file' ? this.inFile : this.movable,
        folder: '/home/jane/Downloads',
      }),
      review_transfer: () => this.target,
      choose_image_file: ({ purpose, name }: Commands['choose_image_file'][0]) => ({
        path: purpose === 'save_archive' ? `/home/jane/${name}` : `/home/jane/${purpose}`,
      }),
      start_transfer: async ({ from, to }: Commands['start_transfer'][0]) => {
        const name = wordsOf(from.at === 'file' ? to : from).replace(/^[^/]*\//, '');
        const kind = from.at === 'file' ? 'upload' : to.at === 'file' ? 'download' : 'copy';
        const row = transfer({ kind, name, from: wordsOf(from), to: wordsOf(to) });
        this.rows = [row, ...this.rows];
        await emit({ type: 'transfer_changed', row });
        return row;
      },
      list_transfers: list,
      control_transfer: ({ id, action }: Commands['control_transfer'][0]) => {
        this.rows =
          action === 'remove'
            ? this.rows.filter((row) => row.id !== id)
            : this.rows.map((row) => (row.id === id ? { ...row, state: AFTER[action] } : row));
        return list();
      },
      remove_ended: () => {
        this.rows = this.rows.filter(({ state }) => !['done', 'cancelled'].includes(state.state));
        return list();
      },
      open_transfer: () => ({}),
      review_deletion: () => this.deletion,
      delete_image: () => {
        if (this.refuses) throw this.refuses;
        return {};
      },
    };
  }
}
