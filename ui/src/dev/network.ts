/** Sharing on the network as the pretended host does it. */
import type {
  NetworkClient,
  NetworkSettings,
  NetworkSharing,
  NetworkState,
  Snippet,
} from '../bindings';
import type { Commands } from '../bindings/commands';
import type { Handlers } from './backend';
import { after, before } from './data';
import type { PretendedHosting, Shell } from './hosting';

type NetworkCommand = Extract<
  keyof Commands,
  | 'network_sharing'
  | 'network_code'
  | 'share_on_network'
  | 'save_network'
  | 'renew_certificate'
  | 'export_authority'
>;

const PRINT = (start: number) =>
  Array.from({ length: 32 }, (_, at) =>
    ((start + at * 37) % 256).toString(16).padStart(2, '0').toUpperCase(),
  ).join(':');

const snippet = (client: string, title: string, text: string): Snippet => ({
  id: `${client}-1`,
  client,
  title,
  file: null,
  text,
  needsToken: false,
});

const TRUST = [
  snippet(
    'fetch',
    'Fetch the authority and compare its fingerprint before you trust it',
    'curl --insecure -o registrar-ca.pem https://192.168.1.20:4748/ca.pem\nopenssl x509 -in registrar-ca.pem -noout -fingerprint -sha256',
  ),
  snippet(
    'Debian',
    'Debian and Ubuntu: for every program that asks the system',
    'sudo update-ca-certificates',
  ),
  snippet(
    'npm',
    'npm, pnpm and Yarn, in this shell',
    'export NODE_EXTRA_CA_CERTS="$PWD/registrar-ca.pem"',
  ),
  snippet(
    'pip',
    'pip alone; before version 24.2, it then trusts nothing else',
    'pip config set global.cert "$PWD/registrar-ca.pem"',
  ),
  snippet(
    'docker',
    'docker: for this registry alone',
    'sudo mkdir -p /etc/docker/certs.d/192.168.1.20:4748',
  ),
];

export const NETWORK_CLIENTS: NetworkClient[] = [
  {
    address: '192.168.1.31',
    token: 'Build server',
    agent: 'npm/11.6.1 node/v24.9.0 linux x64',
    firstSeen: before(90),
    lastSeen: before(2),
    requests: 412,
    failed: 0,
    limited: 0,
  },
  {
    address: '192.168.1.44',
    token: null,
    agent: 'pip/25.2',
    firstSeen: before(40),
    lastSeen: before(12),
    requests: 38,
    failed: 3,
    limited: 1,
  },
];

export class PretendedNetwork {
  settings: NetworkSettings = { on: false, port: 4748, names: [], certificate: null };
  clients: NetworkClient[] = [];
  trouble: string | null = null;
  /** What turning it on comes to. */
  outcome: NetworkState | null = null;
  #certificates = 0;

  readonly #hosting: PretendedHosting;
  readonly #shell: Shell;

  constructor(hosting: PretendedHosting, shell: Shell) {
    this.#hosting = hosting;
    this.#shell = shell;
  }

  get #urls(): string[] {
    const { port, names } = this.settings;
    return ['192.168.1.20', '10.8.0.3', ...names, 'jane-laptop', 'jane-laptop.local'].map(
      (host) => `https://${host}:${String(port)}`,
    );
  }

  /** Turns it on or off, as the person would. */
  turn(on: boolean): NetworkState {
    this.settings = { ...this.settings, on };
    const open: NetworkState = { state: 'on', url: this.#urls[0] ?? '' };
    const network: NetworkState = on ? (this.outcome ?? open) : { state: 'off' };
    this.#hosting.status = { ...this.#hosting.status, network };
    return network;
  }

  sharing(): NetworkSharing {
    const state = this.#hosting.status.network;
    const { settings, clients, trouble } = this;
    const made = settings.certificate === null;
    const shared = {
      urls: this.#urls,
      fingerprint: PRINT(this.#certificates),
      notAfter: after(90 * 1440),
      authority: made ? { fingerprint: PRINT(99), notAfter: after(3650 * 1440) } : null,
      trouble,
      instructions: made ? TRUST : [],
    };
    return { state, settings, shared: state.state === 'on' ? shared : null, clients };
  }

  async #told(): Promise<NetworkSharing> {
    await this.#shell.emit({ type: 'hosting_changed', status: this.#hosting.status });
    return this.sharing();
  }

  readonly handlers: Pick<Handlers, NetworkCommand> = {
    network_sharing: () => this.sharing(),
    network_code: ({ url }) => {
      // Not the code of the address: something that looks like one.
      const size = 25;
      const path = Array.from({ length: size * size }, (_, at) => at)
        .filter((at) => (at * 7 + url.length + ((at * at) % 11)) % 3 === 0)
        .map((at) => `M${String(at % size)} ${String(Math.floor(at / size))}h1v1h-1z`);
      return { size, path: path.join('') };
    },
    share_on_network: ({ on }) => {
      this.turn(on);
      return this.#told();
    },
    save_network: (wanted) => {
      this.settings = { ...this.settings, ...wanted };
      this.turn(this.settings.on);
      return this.#told();
    },
    renew_certificate: () => {
      this.#certificates += 1;
      return this.#told();
    },
    export_authority: () => ({ path: '/home/jane/registrar-ca.pem' }),
  };
}
