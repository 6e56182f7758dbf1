import type { Cloud, CloudWay } from '../bindings';

/** What is entered and not made: a password, a key or a token that the registry takes as it is. */
export type Way = CloudWay | 'entered';

/** Signing in with a cloud's own credentials. */
export const cloud = {
  legend: 'How to sign in',
  names: { aws: 'AWS', azure: 'Azure', google: 'Google Cloud' } satisfies Record<Cloud, string>,
  label: {
    aws_machine: 'This computer’s AWS sign-in',
    aws_keys: 'An access key',
    azure_machine: 'This computer’s Azure sign-in',
    azure_principal: 'A service principal, by Entra',
    google_machine: 'This computer’s Google sign-in',
  } satisfies Record<CloudWay, string>,
  hint: {
    aws_machine:
      'As the aws command finds it: environment, profile, single sign-on or instance role. Nothing is stored, and the 12-hour tokens are renewed by themselves.',
    aws_keys: 'Registrar makes the 12-hour tokens of it, and renews them.',
    azure_machine:
      'As “az login” has left it, or the instance’s identity. Nothing is stored, and the 3-hour tokens are renewed by themselves.',
    azure_principal: 'Registrar signs in at Entra for it, and renews the 3-hour tokens.',
    google_machine:
      'Application-default credentials, gcloud, or the instance’s account. Nothing is stored, and the one-hour tokens are renewed by themselves.',
  } satisfies Record<CloudWay, string>,
  entered: {
    aws: 'A token of “aws ecr get-login-password”',
    azure: 'A user and password',
    google: 'A key or an access token',
  } satisfies Record<Cloud, string>,
  enteredHint: {
    aws: 'It ends after 12 hours, and Registrar cannot renew it.',
    azure: 'The admin user, a repository token, or a service principal’s ID and secret.',
    google: 'A service account’s key, as JSON or in base64; or an access token of one hour.',
  } satisfies Record<Cloud, string>,
  /** Where the address has changed since. */
  elsewhere: 'A user and password',
  elsewhereHint: 'This registry is not one of the cloud’s own.',
  user: { aws_keys: 'Access key ID', azure_principal: 'Application (client) ID' },
  userHint: { aws_keys: 'It begins with AKIA, or ASIA for a temporary one.', azure_principal: '' },
  secret: { aws_keys: 'Secret access key', azure_principal: 'Client secret' },
  secretHint: { aws_keys: '', azure_principal: 'Its value, not its ID.' },
  session: 'Session token',
  sessionHint: 'Only a temporary key has one.',
  kept: (vault: string) =>
    `The secret is kept in ${vault}, not in a file. The tokens made of it are kept in memory only.`,
  optional: 'optional',
  profile: 'Profile',
  profilePlaceholder: 'default',
  profileHint: 'As it stands in ~/.aws/config.',
  role: 'Role to take on',
  rolePlaceholder: 'arn:aws:iam::123456789012:role/name',
  roleHint: 'For a registry of another account.',
  externalId: 'External ID',
  externalIdHint: 'If the role’s owner wants one.',
  tenant: 'Tenant',
  tenantHint: 'The directory’s ID or domain.',
  badge: 'Cloud sign-in',
  fact: 'Signs in with',
  factRole: (role: string) => `as ${role}`,
  factProfile: (profile: string) => `profile ${profile}`,
  tokenUntil: 'Token',
  renewed: (moment: string) => `Good until ${moment}; renewed by itself before.`,
  notYet: 'Made when it is needed, and renewed by itself.',
  noCredentials: 'The cloud gave no token',
} as const;
