/** The part of the form that only a container registry has. */
import type { ContainerDraft, Provider, RegistryDetails, Tls } from '../bindings';
import { presets } from '../lib/providers';
import type { Connection } from '../messages/container';

/** How the connection of a record is called in the form. */
export const CONNECTIONS = {
  verified: 'verify',
  own_ca: 'ca',
  pinned: 'pinned',
  insecure: 'insecure',
  plain_http: 'http',
} as const satisfies Record<Tls, Connection>;

export class ContainerFields {
  user = $state('');
  /** The provider that the person chose; `null`: as the address says. */
  provider = $state<Provider | null>(null);
  connection = $state<Connection>('verify');
  clientCertificate = $state<string | null>(null);
  clientKey = $state<string | null>(null);
  tokenServer = $state<string | null>(null);

  /** What the record had, so that what was not touched is not reset. */
  #before: Connection = 'verify';
  #chosenBefore: Provider | null = null;

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
      user: this.user,
      provider: said ? null : this.provider,
      clientCertificate: this.clientCertificate,
      clientKey: this.clientKey,
      insecure: this.connection === 'insecure',
      tokenServer: this.tokenServer,
    };
  }
}
