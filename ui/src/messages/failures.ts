/** What each failure of a check is called: what happened, why, and the one next step. */
import type { CheckFailure, CheckReport, FailureKind, Kind } from '../bindings';
import { date } from '../lib/time';
import { containerFailures, containerInstead } from './containerFailures';
import { plural, waiting } from './plural';

/** What the words about a failed check may need. */
export interface FailureContext {
  /** The registry’s host; within the words also its token server. */
  host: string;
  failure: CheckFailure;
  report: CheckReport;
  kind: Kind;
}

export interface Words {
  title: string;
  /** What happened and why. */
  why: string;
  /** The one next step. */
  next: string;
}

function notTrusted({ host, report }: FailureContext): Words {
  const signer = report.certificate?.selfSigned
    ? 'It is signed by itself, so nobody but you can say whether it is the right one.'
    : 'It is signed by an authority that this computer does not know.';
  return {
    title: `The certificate of ${host} is not trusted`,
    why: signer,
    next: 'Compare the fingerprint with whoever runs the registry before you trust it.',
  };
}

function expired({ host, report }: FailureContext): Words {
  const { notBefore, notAfter } = report.certificate ?? {};
  const early = notBefore !== undefined && Date.parse(notBefore) > Date.parse(report.checkedAt);
  const since = early ? `It is valid only from ${date(notBefore)}.` : '';
  return {
    title: early
      ? `The certificate of ${host} is not valid yet`
      : `The certificate of ${host} has expired`,
    why: since || (notAfter ? `It was valid until ${date(notAfter)}.` : 'Its time is over.'),
    next: 'Whoever runs the registry must renew it. If it is valid, check this computer’s clock.',
  };
}

function wrongHost({ host, report }: FailureContext): Words {
  const hosts = report.certificate?.hosts ?? [];
  const listed = hosts.length > 0 ? `It is for ${hosts.slice(0, 4).join(', ')}.` : '';
  return {
    title: `The certificate is not for ${host}`,
    why: listed || 'It names another host.',
    next: 'Use the host that the certificate names, or ask whoever runs the registry.',
  };
}

function unauthorized({ host, report }: FailureContext): Words {
  return report.tokenSent
    ? {
        title: 'The token was refused',
        why: `${host} answered, but does not accept this token. It may be mistyped or expired.`,
        next: 'Paste the token again, or get a new one from the registry.',
      }
    : {
        title: 'The registry wants a token',
        why: `${host} answered, but only to those who sign in.`,
        next: 'Enter a token that the registry has given you.',
      };
}

const WORDS: Record<FailureKind, (context: FailureContext) => Words> = {
  name_not_resolved: ({ host }) => ({
    title: `${host} was not found`,
    why: 'No address belongs to this name, at least not on this network.',
    next: 'Check the spelling. If it is an internal name, check that you are on the right network or VPN.',
  }),
  refused: ({ host }) => ({
    title: `${host} refused the connection`,
    why: 'The computer is there, but nothing listens on this port.',
    next: 'Check the port. If it is right, the registry may not be running.',
  }),
  unreachable: ({ host }) => ({
    title: `${host} cannot be reached`,
    why: 'The network knows no way to this address.',
    next: 'Check the network connection or VPN.',
  }),
  timed_out: ({ host, failure }) => ({
    title: `${host} did not answer in time`,
    why:
      failure.seconds === null
        ? 'The time limit passed without an answer.'
        : `Nothing came within ${plural(failure.seconds, 'second', 'seconds')}.`,
    next: 'Try again. If it is always slow, raise the time limit in the settings.',
  }),
  connection_closed: ({ host }) => ({
    title: `${host} closed the connection`,
    why: 'The answer broke off in the middle.',
    next: 'Try again. If it keeps happening, something between here and there cuts it off.',
  }),
  proxy: () => ({
    title: 'The proxy did not let the connection through',
    why: 'The request never reached the registry.',
    next: 'Check the proxy in the settings.',
  }),
  certificate_not_trusted: notTrusted,
  certificate_expired: expired,
  certificate_wrong_host: wrongHost,
  certificate_changed: ({ host }) => ({
    title: `${host} shows another certificate than the one you trusted`,
    why: 'Either it was renewed, or somebody stands in between.',
    next: 'Ask whoever runs the registry for the new fingerprint before you trust it.',
  }),
  ca_file_unusable: () => ({
    title: 'The authority’s file cannot be used',
    why: 'It cannot be read, or holds no certificate in PEM form.',
    next: 'Choose another file, or remove it.',
  }),
  tls_failed: ({ host }) => ({
    title: `No secure connection to ${host}`,
    why: 'The two sides found no common way to encrypt.',
    next: 'Show the raw error to whoever runs the registry.',
  }),
  plain_http_on_tls_port: ({ host }) => ({
    title: `${host} does not speak https here`,
    why: 'It answers in plain http on this port.',
    next: 'Check the port, or begin the address with http:// if the registry has no encryption.',
  }),
  tls_on_plain_http_port: ({ host }) => ({
    title: `${host} wants https here`,
    why: 'It expects an encrypted connection on this port.',
    next: 'Begin the address with https://.',
  }),
  unauthorized,
  forbidden: ({ host }) => ({
    title: 'The token does not allow this',
    why: `${host} knows the token, but it may not read the registry.`,
    next: 'Ask whoever runs the registry to allow it, or use another token.',
  }),
  not_a_registry: ({ host, failure }) => ({
    title: 'No devfile registry answers there',
    why:
      failure.status === null || failure.status === 200
        ? `${host} answers, but not as a devfile registry does.`
        : `${host} answered with status ${failure.status}.`,
    next: 'Check the path of the address. It is the address of the registry, not of a page about it.',
  }),
  rate_limited: ({ host, failure }) => ({
    title: `${host} asks for a pause`,
    why: 'There were too many requests.',
    next:
      failure.seconds === null
        ? 'Try again in a few minutes.'
        : `Try again in ${waiting(failure.seconds)}.`,
  }),
  server_error: ({ host, failure }) => ({
    title: `${host} has a problem of its own`,
    why: failure.status === null ? 'It failed.' : `It answered with status ${failure.status}.`,
    next: 'Try again later, or tell whoever runs the registry.',
  }),
  bad_redirect: ({ failure }) => ({
    title: 'The registry sends us somewhere we must not follow',
    why: failure.redirectedTo
      ? `It redirects to ${failure.redirectedTo}.`
      : 'It redirects in a circle.',
    next: 'If that is where the registry lives now, use that address.',
  }),
  bad_json: ({ host }) => ({
    title: 'The registry’s index cannot be read',
    why: `${host} answers, but its index is broken or incomplete.`,
    next: 'Tell whoever runs the registry; the raw error says where.',
  }),
  too_large: () => ({
    title: 'The registry’s index is too large',
    why: 'It is larger than any real registry’s; Registrar stopped reading.',
    next: 'Check that the address is that of a devfile registry.',
  }),
  token_unavailable: () => ({
    title: 'The token could not be fetched',
    why: 'The keychain or vault did not give it, so nothing was sent.',
    next: 'Unlock it and check again.',
  }),
  ...containerFailures,
};

/** "the token server of ghcr.io refused" begins with a capital letter where a sentence does. */
function begin(sentence: string): string {
  return sentence.startsWith('the ') ? `T${sentence.slice(1)}` : sentence;
}

/** The words for a failure, as they fit the kind of registry. */
export function explain(context: FailureContext): Words {
  const { failure, kind } = context;
  const host = failure.atTokenServer ? `the token server of ${context.host}` : context.host;
  const special = kind === 'container' ? containerInstead[failure.kind] : undefined;
  const words = (special ?? WORDS[failure.kind])({ ...context, host });
  return { title: begin(words.title), why: begin(words.why), next: words.next };
}
