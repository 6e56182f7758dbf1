import type { Provider } from '../bindings';

/** What a person must know to sign in at a provider. */
interface ProviderWords {
  name: string;
  /** Beside the name where one is chosen: how its addresses look. */
  sample: string;
  /** What the address field shows while it is empty. */
  placeholder: string;
  /** What is worth knowing about the address. */
  address: string;
  /** The name of the user field. */
  user: string;
  userHint: string;
  /** The name of the secret's field. */
  secret: string;
  secretHint: string;
  /** What a token must be allowed to do. */
  scopes: string;
  /** What goes wrong there more often than elsewhere. */
  quirks: readonly string[];
}

const GENERIC: ProviderWords = {
  name: 'Other registry',
  sample: 'Not listed, or not sure? Paste any address: Registrar recognises the provider.',
  placeholder: 'registry.example.com',
  address: 'A host, with a port if it has one, and a path if the account is for that part only.',
  user: 'User',
  userHint: '',
  secret: 'Password or token',
  secretHint: 'As for “docker login”.',
  scopes: 'To pull images, the right to read is enough.',
  quirks: [
    'Several accounts on one host: add it once per path, such as registry.example.com/team. The longest path that fits an image wins.',
  ],
};

export const providers: Record<Provider, ProviderWords> = {
  docker_hub: {
    name: 'Docker Hub',
    sample: 'docker.io',
    placeholder: 'docker.io',
    address:
      'Add your namespace, such as docker.io/acme, for an account that is for that part only.',
    user: 'Docker ID',
    userHint: 'Not your email address. With an organization’s token: the organization’s name.',
    secret: 'Password or access token',
    secretHint: 'A personal access token, or your password.',
    scopes: 'To pull, a token with the permission “Read-only” is enough.',
    quirks: [
      'docker.io, index.docker.io and registry-1.docker.io are one registry: it is saved as docker.io.',
      'With two-step sign-in your password is refused: make a token.',
    ],
  },
  ghcr: {
    name: 'GitHub Container Registry',
    sample: 'ghcr.io',
    placeholder: 'ghcr.io/your-organization',
    address: 'Add the owner, such as ghcr.io/acme, for an account that is for that part only.',
    user: 'GitHub user name',
    userHint: 'The user whose token it is.',
    secret: 'Personal access token (classic)',
    secretHint: 'It begins with ghp_.',
    scopes: 'To pull: read:packages. To push as well: write:packages.',
    quirks: [
      'Only classic tokens work. Fine-grained ones, which begin with github_pat_, are refused.',
      'Where the organization uses single sign-on, authorize the token for it on GitHub.',
    ],
  },
  quay: {
    name: 'Quay',
    sample: 'quay.io',
    placeholder: 'quay.io/your-organization',
    address: 'Your own Quay works as well: write its host.',
    user: 'Robot account or user',
    userHint: 'A robot account is written as organization+robot.',
    secret: 'Robot token or password',
    secretHint: 'The robot’s token, or the encrypted password from your account’s settings.',
    scopes: 'The robot needs the permission “Read” on the repositories that you pull.',
    quirks: [
      'With an OAuth access token, the user is $oauthtoken.',
      'If you sign in to Quay through another service, your password there does not work here.',
    ],
  },
  gitlab: {
    name: 'GitLab',
    sample: 'registry.gitlab.com',
    placeholder: 'registry.gitlab.com/group/project',
    address: 'Your own GitLab works as well: write its registry’s host, with the port.',
    user: 'Deploy token’s user, or user name',
    userHint: 'A deploy token’s user is gitlab+deploy-token-… unless you gave it another.',
    secret: 'Deploy token or access token',
    secretHint: 'A deploy token, or a personal, group or project access token.',
    scopes: 'To pull: read_registry. To push as well: write_registry.',
    quirks: [
      'With two-factor sign-in your password is refused: make a token.',
      'GitLab answers “not allowed” rather than “refused” where a token is wrong.',
    ],
  },
  ecr: {
    name: 'Amazon ECR',
    sample: 'account.dkr.ecr.region.amazonaws.com',
    placeholder: '123456789012.dkr.ecr.eu-west-1.amazonaws.com',
    address: 'One registry per account and region.',
    user: 'User',
    userHint: 'Always AWS, in capital letters.',
    secret: 'Password from ECR',
    secretHint: 'What “aws ecr get-login-password --region …” prints, the whole line.',
    scopes:
      'Whoever makes it needs ecr:GetAuthorizationToken, and to pull: ecr:BatchGetImage and ecr:GetDownloadUrlForLayer.',
    quirks: [
      'ECR’s own passwords are good for 12 hours. Registrar makes and renews them by your sign-in on this computer, or by an access key.',
      'Docker and its relatives get a fresh one each time they ask Registrar’s helper.',
    ],
  },
  ecr_public: {
    name: 'Amazon ECR Public',
    sample: 'public.ecr.aws',
    placeholder: 'public.ecr.aws',
    address:
      'Add your alias, such as public.ecr.aws/acme, for an account that is for that part only.',
    user: 'User',
    userHint: 'AWS, in capital letters. Leave it empty to pull without signing in.',
    secret: 'Password from ECR Public',
    secretHint: 'What “aws ecr-public get-login-password --region us-east-1” prints.',
    scopes:
      'Whoever makes it needs ecr-public:GetAuthorizationToken and sts:GetServiceBearerToken.',
    quirks: [
      'The password is good for 12 hours. After that, enter a new one here.',
      'The region is us-east-1, wherever you are.',
    ],
  },
  google: {
    name: 'Google Artifact Registry',
    sample: 'region-docker.pkg.dev',
    placeholder: 'europe-west1-docker.pkg.dev/my-project',
    address:
      'gcr.io and its regions work as well. Add the project for an account that is for it only.',
    user: 'User',
    userHint: '_json_key for a key file, _json_key_base64 for one in base64.',
    secret: 'Service account key',
    secretHint: 'Paste the whole JSON file, with all its lines.',
    scopes: 'To pull, the service account needs the role “Artifact Registry Reader”.',
    quirks: [
      'With oauth2accesstoken as user, the secret is what “gcloud auth print-access-token” prints. It is good for about an hour.',
    ],
  },
  acr: {
    name: 'Azure Container Registry',
    sample: 'name.azurecr.io',
    placeholder: 'myregistry.azurecr.io',
    address: 'The login server, as the portal shows it.',
    user: 'Token name or application ID',
    userHint: 'A token’s name, a service principal’s application ID, or the admin user.',
    secret: 'Password or client secret',
    secretHint: 'One of the token’s two passwords, or the service principal’s client secret.',
    scopes:
      'To pull, a token needs the scope map _repositories_pull; a service principal the role AcrPull.',
    quirks: [
      'What “az acr login --expose-token” prints goes with the user 00000000-0000-0000-0000-000000000000, and is good for about three hours.',
    ],
  },
  harbor: {
    name: 'Harbor',
    sample: 'your own server',
    placeholder: 'harbor.example.com/project',
    address: 'Add the project for an account that is for it only.',
    user: 'Robot account or user',
    userHint: 'A robot account is written as robot$project+name, with the dollar sign.',
    secret: 'Robot secret or CLI secret',
    secretHint: 'People who sign in through another service take the CLI secret of their profile.',
    scopes: 'The robot needs “Pull Repository” in the project.',
    quirks: ['A robot’s secret is shown only once, when it is made or refreshed.'],
  },
  jfrog: {
    name: 'JFrog Artifactory',
    sample: 'name.jfrog.io',
    placeholder: 'acme.jfrog.io/docker-local',
    address: 'Add the repository where it is part of the path, such as acme.jfrog.io/docker-local.',
    user: 'User name',
    userHint: 'The user whose token it is.',
    secret: 'Identity token or password',
    secretHint: 'An identity token from your profile, an access token, or your password.',
    scopes: 'To pull, the user needs “Read” on the repository.',
    quirks: [
      'Where anonymous access is on, Artifactory never looks at the password when it is tested.',
    ],
  },
  gitea: {
    name: 'Gitea or Forgejo',
    sample: 'your own server',
    placeholder: 'git.example.com/owner',
    address: 'The host of the web page. Add the owner for an account that is for it only.',
    user: 'User name',
    userHint: 'The user whose token it is.',
    secret: 'Access token',
    secretHint: 'Made under Settings, Applications.',
    scopes: 'To pull: package, read. To push as well: package, read and write.',
    quirks: ['With two-factor sign-in your password is refused: make a token.'],
  },
  digital_ocean: {
    name: 'DigitalOcean',
    sample: 'registry.digitalocean.com',
    placeholder: 'registry.digitalocean.com/your-registry',
    address: 'Add the registry’s name for an account that is for it only.',
    user: 'User',
    userHint: 'Your account’s email address. It is not kept secret, so do not put the token here.',
    secret: 'API token',
    secretHint: 'It begins with dop_v1_.',
    scopes: 'To pull: the scope registry:read.',
    quirks: [
      'DigitalOcean also takes the token as the user. Registrar shows and stores users openly: prefer the email address.',
    ],
  },
  generic: GENERIC,
};
