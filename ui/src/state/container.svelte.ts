/** The part of the form that only a container registry has. */
import type {
  Cloud,
  CloudSignIn,
  ContainerDraft,
  Provider,
  RegistryDetails,
  Tls,
} from '../bindings';
import { fittingWay, hasSecret } from '../lib/clouds';
import { presets } from '../lib/providers';
import type { Way } from '../messages/cloud';
import type { Connection } from '../messages/container';

/** How the connection of a record is called in the form. */
export const CONNECTIONS = {
  verified: 'verify',
  own_ca: 'ca',
  pinned: 'pinned',
  insecure: 'insecure',
  plain_http: 'http',
} as const satisfies Record<Tls, Connection>;

/** A cloud's sign-in as it stands in the form. */
export type CloudForm = Omit<CloudSignIn, 'way'> & { way: Way };

const NO_CLOUD: CloudForm = { way: 'entered', profile: '', role: '', externalId: '', tenant: '' };

export class ContainerFields {
  user = $state('');
  /** The provider that the person chose; `null`: as the address says. */
  provider = $state<Provider | null>(null);
  connection = $state<Connection>('verify');
  clientCertificate = $state<string | null>(null);
  clientKey = $state<string | null>(null);
  tokenServer = $state<string | null>(null);
  cloud = $state<CloudForm>(NO_CLOUD);
  /** Of a temporary access key; held like the token itself. */
  sessionToken = $state('');

  /** What the record had, so that what was not touched is not reset. */
  #before: Connection = 'verify';
  #chosenBefore: Provider | null = null;
  /** Whether the way to sign in is the person's, or the record's. */
  #wayChosen = false;

  /** Whether files and certificates of a connection that is not chosen are to be sent all the same. */
  get untouched(): boolean {
    return this.connection === this.#before;
  }

  /** Takes a record's values, or the preset of a provider for a new one. */
  fill(original: RegistryDetails | null, preset: Provider | null): void {
    const { container, row } = original ?? {};
    this.user = row?.user ?? (preset ? presets[preset].user : '');
    this.#chosenBefore = container?.chosenProvider ?? null;
    this.provider = original ? this.#chosenBefore : preset;
    this.connection = CONNECTIONS[row?.tls ?? 'verified'];
    this.#before = this.connection;
    this.clientCertificate = container?.clientCertificate ?? null;
    this.clientKey = container?.clientKey ?? null;
    this.tokenServer = container?.tokenServer ?? null;
    this.cloud = container?.cloud ?? NO_CLOUD;
    this.sessionToken = '';
    this.#wayChosen = original !== null;
  }

  /** Whether a secret is entered for the way that is chosen. */
  get takesSecret(): boolean {
    return hasSecret(this.cloud.way);
  }

  /** Chooses how to sign in; a user that belongs to another way goes. */
  chooseWay(way: Way, provider: Provider): void {
    const preset = presets[provider].user;
    if (way === 'entered') this.user ||= preset;
    else if (this.user === preset) this.user = '';
    this.cloud = { ...this.cloud, way };
    this.sessionToken = '';
    this.#wayChosen = true;
  }

  /** Takes the way that fits the address's cloud, unless one was chosen. Says whether it differs. */
  follow(cloud: Cloud | null, provider: Provider): boolean {
    const way = fittingWay(cloud);
    if (this.#wayChosen || way === this.cloud.way) return false;
    this.chooseWay(way, provider);
    this.#wayChosen = false;
    return true;
  }

  /** Chooses a provider; a user that only the last preset had put there goes with it. */
  choose(provider: Provider | null, before: Provider): void {
    this.provider = provider;
    if (this.user === presets[before].user) this.user = provider ? presets[provider].user : '';
  }

  /** As it is sent. A provider that the address says as well is not kept as the person's choice. */
  draft(recognised: Provider | null): ContainerDraft {
    const said =
      this.provider === (recognised ?? 'generic') && this.provider !== this.#chosenBefore;
    return {
      user: this.takesSecret ? this.user : '',
      provider: said ? null : this.provider,
      clientCertificate: this.clientCertificate,
      clientKey: this.clientKey,
      insecure: this.connection === 'insecure',
      tokenServer: this.tokenServer,
      cloud: this.cloud.way === 'entered' ? null : { ...this.cloud, way: this.cloud.way },
    };
  }
}
