import type { Access, CheckStep, FailureKind } from '../bindings';
import { date } from '../lib/time';
import { explain } from './failures';

const TLS_FAILURES: readonly FailureKind[] = [
  'certificate_not_trusted',
  'certificate_expired',
  'certificate_wrong_host',
  'certificate_changed',
  'tls_failed',
];

export const checks = {
  explain,
  /** What became of the secret, where that is worth saying. */
  secretNotSent: (kind: FailureKind, secret: 'token' | 'password') =>
    TLS_FAILURES.includes(kind) ? `Your ${secret} was not sent.` : '',
  step: {
    resolve: 'Name',
    connect: 'Connection',
    tls: 'TLS',
    answer: 'Answer',
    index: 'Index',
    credentials: 'Credentials',
  } satisfies Record<CheckStep, string>,
  passed: {
    resolve: 'Found',
    connect: 'Connected',
    tls: 'TLS',
    answer: 'Answered',
    index: 'Index read',
    credentials: 'Credentials',
  } satisfies Record<CheckStep, string>,
  running: {
    resolve: 'Looking up the name',
    connect: 'Connecting',
    tls: 'Checking the certificate',
    answer: 'Waiting for the answer',
    index: 'Reading the index',
    credentials: 'Trying the credentials',
  } satisfies Record<CheckStep, string>,
  notTried: 'not tried',
  failedStep: 'failed',
  in: (time: string) => `in ${time}`,
  steps: 'Steps of the check',
  issuedTo: 'Issued to',
  hosts: 'For',
  issuedBy: 'Issued by',
  bySelf: 'itself (self-signed)',
  valid: 'Valid',
  validFromTo: (from: string, to: string) => `${date(from)} to ${date(to)}`,
  sha256: 'SHA-256',
  certificate: 'Certificate',
  success: (host: string) => `${host} works`,
  successBody: (stacks: string, samples: string, time: string | null) =>
    `It offers ${stacks} and ${samples}${time ? `, and answered in ${time}` : ''}.`,
  successEmpty: 'It answers as a devfile registry does, but offers nothing yet.',
  withToken: 'The token was sent and accepted.',
  access: {
    proved: 'It asked for the credentials and accepted them.',
    anonymous: 'It can be used without signing in.',
    open_not_checked:
      'The registry is open, so it did not check the password. Whether the password is right will show when an image asks for it.',
  } satisfies Record<Access, string>,
  answeredIn: (time: string) => `It answered in ${time}.`,
  openTitle: (host: string) => `${host} works, but your credentials are not proved`,
  trust: (name: string) => `Trust this certificate for “${name}”`,
  trustUnnamed: 'Trust this certificate',
  chooseCa: 'Choose an authority’s file…',
  approve: (host: string) => `Approve ${host}`,
  useHttp: 'Use http only',
  useHttps: 'Verify TLS instead',
  chooseClientCertificate: 'Choose certificate and key…',
} as const;
