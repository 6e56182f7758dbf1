/** What the failures of container registries are called, and others where they mean more there. */
import type { FailureKind } from '../bindings';
import { hostOf } from '../lib/address';
import { cloud } from './cloud';
import type { FailureContext, Words } from './failures';

type Explain = (context: FailureContext) => Words;

function realmHost({ failure }: FailureContext): string {
  return (failure.realm && hostOf(failure.realm)) ?? 'another site';
}

/** Failures that only a container registry has. */
export const containerFailures = {
  // What it says is said where the cloud's own words are known.
  no_cloud_token: ({ failure }) => ({
    title: cloud.noCredentials,
    why: failure.said ?? 'Nothing was sent to the registry.',
    next: failure.hint ?? 'Sign in again with the cloud’s own tool.',
  }),
  credentials_needed: ({ host }) => ({
    title: `${host} wants you to sign in`,
    why: 'It answered, but only to those who have a user and a password or token.',
    next: 'Enter a user and a password or token.',
  }),
  credentials_refused: ({ host }) => ({
    title: 'The credentials were refused',
    why: `${host} answered, but does not accept this user with this password or token.`,
    next: 'Check the user, and enter the password or token again.',
  }),
  credentials_unusable: () => ({
    title: 'The credentials cannot be sent',
    why: 'A user must not contain a colon, and neither may contain characters that cannot be sent. Nothing was sent.',
    next: 'Check the user and the password or token.',
  }),
  identity_token_unsupported: ({ host }) => ({
    title: `${host} takes no identity tokens`,
    why: 'It was added with an identity token, which this registry does not understand.',
    next: 'Enter a user and a password or token instead.',
  }),
  client_certificate_unusable: () => ({
    title: 'The client certificate cannot be used',
    why: 'Its file or that of its key cannot be read, is not PEM, or the two do not belong together.',
    next: 'Choose both files again, under Connection.',
  }),
  client_certificate_needed: ({ host }) => ({
    title: `${host} wants a client certificate`,
    why: 'It only talks to computers that present a certificate that it trusts.',
    next: 'Choose the client certificate and its key, under Connection.',
  }),
  challenge_not_understood: ({ host }) => ({
    title: `${host} asks for credentials in an unknown way`,
    why: `It offers neither of the two ways that container registries use. Nothing was sent.`,
    next: 'Show the raw error to whoever runs the registry.',
  }),
  realm_refused: ({ host, failure }) => ({
    title: `${host} would send your credentials astray`,
    why: failure.realm
      ? `It names ${failure.realm} as its token server, where no password may go. Yours was not sent.`
      : 'It names a token server where no password may go. Yours was not sent.',
    next: 'Tell whoever runs the registry; the raw error says what is wrong with it.',
  }),
  realm_not_approved: (context) => ({
    title: `Send the credentials to ${realmHost(context)}?`,
    why: `${context.host} lets another site check them: ${realmHost(context)}. Nothing has been sent there yet.`,
    next: 'Approve it if you know that the two belong together. You are asked only once.',
  }),
  not_found: ({ host }) => ({
    title: `${host} does not have it`,
    why: 'There is no such repository, tag or digest there, or it may not be seen by this user.',
    next: 'Check the name. If it was listed a moment ago, it may have been deleted: refresh the list.',
  }),
  wrong_digest: ({ host }) => ({
    title: `${host} sent something else`,
    why: 'The bytes do not have the digest that they should have, so they are not shown: they were damaged or changed on the way.',
    next: 'Try again. If it stays, tell whoever runs the registry.',
  }),
  not_understood: () => ({
    title: 'This is not an image that can be shown',
    why: 'Its manifest is in a format that Registrar does not know, or is contradictory; the raw error says which.',
    next: 'Go back and choose another tag.',
  }),
  bad_token: ({ host }) => ({
    title: `${host} sent no usable token`,
    why: 'The answer to the credentials could not be understood.',
    next: 'Try again later, or tell whoever runs the registry.',
  }),
} satisfies Partial<Record<FailureKind, Explain>>;

/** Failures that other registries have as well, in words that fit a container registry. */
export const containerInstead: Partial<Record<FailureKind, Explain>> = {
  unauthorized: (context) =>
    context.report.tokenSent
      ? containerFailures.credentials_refused(context)
      : containerFailures.credentials_needed(context),
  forbidden: ({ host }) => ({
    title: 'These credentials do not allow this',
    why: `${host} knows them, but does not let them in.`,
    next: 'Use a token that may read, or ask whoever runs the registry to allow it.',
  }),
  not_a_registry: ({ host, failure }) => ({
    title: 'No container registry answers there',
    why:
      failure.status === null || failure.status === 200
        ? `${host} answers, but not as a container registry does.`
        : `${host} answered with status ${failure.status}.`,
    next: 'Check the host and the port. It may be another one than that of the web page.',
  }),
  plain_http_on_tls_port: ({ host }) => ({
    title: `${host} does not speak https here`,
    why: 'It answers in plain http on this port. Your password was not sent.',
    next: 'Check the port, or use http only if the network between is your own.',
  }),
  tls_on_plain_http_port: ({ host }) => ({
    title: `${host} wants https here`,
    why: 'It expects an encrypted connection on this port.',
    next: 'Let its certificate be verified instead of using http only.',
  }),
  bad_json: ({ host }) => ({
    title: 'The answer cannot be read',
    why: `${host} answers, but what it says is broken or incomplete.`,
    next: 'Tell whoever runs the registry; the raw error says where.',
  }),
  too_large: ({ host }) => ({
    title: 'The answer is too large',
    why: `${host} sent more than any real registry does; Registrar stopped reading.`,
    next: 'Check that the address is that of a container registry.',
  }),
  token_unavailable: () => ({
    title: 'The password could not be fetched',
    why: 'The keychain or vault did not give it, so nothing was sent.',
    next: 'Unlock it and check again.',
  }),
};
