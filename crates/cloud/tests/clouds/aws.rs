//! ECR.

use acceptance_support::clouds::{
    CLOSED_ROLE, ENDED_KEY, FORBIDDEN_KEY, KEY, KEY_SECRET, Mode, UNKNOWN_KEY,
};
use registrar_cloud::{Ask, Clouds, FailureKind};
use registrar_registry::{AwsRole, CloudWay};

use crate::{HOUR, NOW, World, ask, text, with_secret};

const HOST: &str = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
const API: &str = "api.ecr.eu-west-1.amazonaws.com";
const STS: &str = "sts.eu-west-1.amazonaws.com";
const PORTAL: &str = "portal.sso.us-east-1.amazonaws.com";
const ROLE: &str = "arn:aws:iam::123456789012:role/ECR";

fn clouds(world: &World) -> Clouds {
    world.clouds(&[API, STS, PORTAL])
}

fn machine() -> Ask {
    ask(HOST, CloudWay::AwsMachine)
}

fn keys(id: &str, secret: &str) -> Ask {
    with_secret(ask(HOST, CloudWay::AwsKeys), id, secret)
}

/// The id of the key that the last request was signed with.
fn signed_by(world: &World) -> String {
    let last = world.apis.requests().pop().unwrap();
    let credential = last.header("authorization").split("Credential=").nth(1);
    credential.unwrap().split('/').next().unwrap().to_owned()
}

#[tokio::test]
async fn access_keys_become_a_token_of_the_registry_that_was_asked_for() {
    let world = World::new(HOST);
    let token = clouds(&world).token(&keys(KEY, KEY_SECRET)).await.unwrap();
    assert_eq!((token.user, text(&token.secret)), ("AWS", "ecr-token-1"));
    assert_eq!(token.expires.as_second(), NOW + 12 * HOUR);
    let request = &world.apis.requests()[0];
    assert_eq!(request.body, r#"{"registryIds":["123456789012"]}"#);
    assert_eq!(request.header("content-type"), "application/x-amz-json-1.1");
    let scope = request
        .header("authorization")
        .contains("/eu-west-1/ecr/aws4_request");
    assert!(scope && request.header("x-amz-security-token").is_empty());
}

#[tokio::test]
async fn a_session_token_stands_on_the_second_line() {
    let world = World::new(HOST);
    let secret = format!("{KEY_SECRET}\nthe-session\n");
    clouds(&world).token(&keys("ASIAX", &secret)).await.unwrap();
    assert_eq!(
        world.apis.requests()[0].header("x-amz-security-token"),
        "the-session"
    );
}

#[tokio::test]
async fn a_token_is_renewed_at_half_of_its_life() {
    let world = World::new(HOST);
    let (clouds, ask) = (clouds(&world), keys(KEY, KEY_SECRET));
    clouds.token(&ask).await.unwrap();
    world.pass(6 * HOUR - 1);
    assert_eq!(
        text(&clouds.token(&ask).await.unwrap().secret),
        "ecr-token-1"
    );
    world.pass(1);
    world.apis.set_end(NOW + 18 * HOUR);
    assert_eq!(
        text(&clouds.token(&ask).await.unwrap().secret),
        "ecr-token-2"
    );
    assert_eq!(
        clouds.known_until(&ask).unwrap().as_second(),
        NOW + 18 * HOUR
    );
}

#[tokio::test]
async fn the_old_token_is_used_while_it_is_good_where_no_other_can_be_had() {
    let world = World::new(HOST);
    let (clouds, ask) = (clouds(&world), keys(KEY, KEY_SECRET));
    clouds.token(&ask).await.unwrap();
    world.apis.set(Mode::Fails(503, String::new()));
    world.pass(11 * HOUR);
    assert_eq!(
        text(&clouds.token(&ask).await.unwrap().secret),
        "ecr-token-1"
    );
    world.pass(HOUR);
    let failure = clouds.token(&ask).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Unreachable);
}

#[tokio::test]
async fn who_asks_at_the_same_time_gets_the_same_token() {
    let world = World::new(HOST);
    let (clouds, ask) = (clouds(&world), keys(KEY, KEY_SECRET));
    let (a, b) = tokio::join!(clouds.token(&ask), clouds.token(&ask));
    assert_eq!(text(&a.unwrap().secret), text(&b.unwrap().secret));
    assert_eq!(world.apis.requests().len(), 1);
}

#[tokio::test]
async fn a_test_gets_a_new_token_whatever_is_known() {
    let world = World::new(HOST);
    let (clouds, ask) = (clouds(&world), keys(KEY, KEY_SECRET));
    clouds.token(&ask).await.unwrap();
    assert_eq!(
        text(&clouds.new_token(&ask).await.unwrap().secret),
        "ecr-token-2"
    );
    assert_eq!(
        text(&clouds.token(&ask).await.unwrap().secret),
        "ecr-token-2"
    );
}

#[tokio::test]
async fn another_secret_does_not_get_the_token_of_the_first() {
    let world = World::new(HOST);
    let clouds = clouds(&world);
    clouds.token(&keys(KEY, KEY_SECRET)).await.unwrap();
    let other = clouds.token(&keys(KEY, "other")).await.unwrap();
    assert_eq!(text(&other.secret), "ecr-token-2");
}

#[tokio::test]
async fn the_environment_goes_before_the_default_profile_and_a_named_one_before_both() {
    let mut world = World::new(HOST);
    world.write(
        ".aws/credentials",
        "[default]\naws_access_key_id = AKIADEFAULT\naws_secret_access_key = s\n\
         [work]\naws_access_key_id = AKIAWORK\naws_secret_access_key = s\n",
    );
    clouds(&world).token(&machine()).await.unwrap();
    assert_eq!(signed_by(&world), "AKIADEFAULT");
    world.set("AWS_ACCESS_KEY_ID", "AKIAENVIRONMENT");
    world.set("AWS_SECRET_ACCESS_KEY", "s");
    clouds(&world).new_token(&machine()).await.unwrap();
    assert_eq!(signed_by(&world), "AKIAENVIRONMENT");
    let mut work = machine();
    work.sign_in.profile = Some("work".to_owned());
    clouds(&world).token(&work).await.unwrap();
    assert_eq!(signed_by(&world), "AKIAWORK");
}

#[tokio::test]
async fn a_profile_takes_on_its_role_as_its_source() {
    let mut world = World::new(HOST);
    world.set("AWS_PROFILE", "work");
    world.write(
        ".aws/config",
        &format!(
            "[profile work]\nrole_arn = {ROLE}\nsource_profile = base\nexternal_id = x1\n\
             [profile base]\ncredential_process = sh -c 'cat \"$HOME/key.json\"'\n"
        ),
    );
    let home = world.home().display().to_string();
    world.set("HOME", &home);
    world.write(
        "key.json",
        r#"{"Version":1,"AccessKeyId":"AKIAPROCESS","SecretAccessKey":"s","SessionToken":"t"}"#,
    );
    clouds(&world).token(&machine()).await.unwrap();
    let requests = world.apis.requests();
    assert!(requests[0].header("authorization").contains("AKIAPROCESS"));
    assert!(requests[0].body.contains("ExternalId=x1"));
    assert_eq!(requests[1].header("x-amz-security-token"), "of=role");
    assert_eq!(signed_by(&world), "ASIAROLE");
}

#[tokio::test]
async fn a_role_of_the_record_is_taken_on_with_its_external_id() {
    let world = World::new(HOST);
    let mut ask = keys(KEY, KEY_SECRET);
    ask.sign_in.role = Some(AwsRole::parse(ROLE, Some("ext:1")).unwrap());
    clouds(&world).token(&ask).await.unwrap();
    assert_eq!(
        world.apis.requests()[0].body,
        "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2FECR\
         &RoleSessionName=registrar&ExternalId=ext%3A1"
    );
    assert_eq!(signed_by(&world), "ASIAROLE");
    ask.sign_in.role = Some(AwsRole::parse(CLOSED_ROLE, None).unwrap());
    let failure = clouds(&world).token(&ask).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::RoleRefused);
    assert!(failure.message().contains(CLOSED_ROLE));
}

const SIGN_ON: &str = "[profile corp]\nsso_session = corp\nsso_account_id = 123456789012\n\
                       sso_role_name = dev\n[sso-session corp]\nsso_region = us-east-1\n\
                       sso_start_url = https://corp.awsapps.com/start\n";
/// SHA-1 of `corp`, which AWS's tool calls the file by.
const KEPT: &str = ".aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json";

fn corp() -> Ask {
    let mut ask = machine();
    ask.sign_in.profile = Some("corp".to_owned());
    ask
}

#[tokio::test]
async fn a_single_sign_on_is_used_as_the_aws_tool_has_left_it() {
    let world = World::new(HOST);
    world.write(".aws/config", SIGN_ON);
    let kept = r#"{"accessToken":"sso-token","expiresAt":"2100-01-01T00:00:00Z"}"#;
    world.write(KEPT, kept);
    clouds(&world).token(&corp()).await.unwrap();
    assert_eq!(signed_by(&world), "ASIASSO");
    let path = &world.apis.requests()[0].path;
    assert_eq!(
        path,
        "/federation/credentials?role_name=dev&account_id=123456789012"
    );
}

#[tokio::test]
async fn a_sign_on_that_has_ended_says_what_to_run() {
    let world = World::new(HOST);
    world.write(".aws/config", SIGN_ON);
    let kept = r#"{"accessToken":"sso-token","expiresAt":"2020-01-01T00:00:00UTC"}"#;
    world.write(KEPT, kept);
    let failure = clouds(&world).token(&corp()).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::SignInEnded);
    assert_eq!(
        failure.hint(),
        "Run `aws sso login --profile corp`, then try again."
    );
    // The service may know better than the file.
    world.write(
        KEPT,
        r#"{"accessToken":"other","expiresAt":"2100-01-01T00:00:00Z"}"#,
    );
    let failure = clouds(&world).token(&corp()).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::SignInEnded);
}

#[cfg(unix)]
#[tokio::test]
async fn awss_own_tool_renews_a_sign_on_that_has_ended() {
    let mut world = World::new(HOST);
    world.write(".aws/config", SIGN_ON);
    let key =
        r#"{"Version":1,"AccessKeyId":"ASIARENEWED","SecretAccessKey":"s","SessionToken":"t"}"#;
    world.program("aws", &format!("[ \"$6\" = corp ] && echo '{key}'"));
    let path = world.path();
    world.set("PATH", &path);
    clouds(&world).token(&corp()).await.unwrap();
    assert_eq!(signed_by(&world), "ASIARENEWED");
}

#[tokio::test]
async fn containers_and_instances_have_roles() {
    let mut world = World::new(HOST);
    let at = |path: &str, world: &World| format!("{}{path}", world.apis.url());
    world.set("AWS_EC2_METADATA_DISABLED", "false");
    let endpoint = at("", &world);
    world.set("AWS_EC2_METADATA_SERVICE_ENDPOINT", &endpoint);
    clouds(&world).token(&machine()).await.unwrap();
    assert_eq!(signed_by(&world), "ASIAINSTANCE");
    let container = at("container", &world);
    world.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", &container);
    world.set("AWS_CONTAINER_AUTHORIZATION_TOKEN", "container-token");
    clouds(&world).new_token(&machine()).await.unwrap();
    assert_eq!(signed_by(&world), "ASIACONTAINER");
    world.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://evil.example/");
    let failure = clouds(&world).new_token(&machine()).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::BadConfiguration);
}

#[tokio::test]
async fn the_public_registry_has_an_api_of_its_own() {
    let world = World::new(HOST);
    let clouds = world.clouds(&["api.ecr-public.us-east-1.amazonaws.com"]);
    let ask = with_secret(ask("public.ecr.aws", CloudWay::AwsKeys), KEY, KEY_SECRET);
    clouds.token(&ask).await.unwrap();
    let request = &world.apis.requests()[0];
    assert_eq!(
        request.header("x-amz-target"),
        "SpencerFrontendService.GetAuthorizationToken"
    );
    assert!(
        request
            .header("authorization")
            .contains("/us-east-1/ecr-public/")
    );
}

#[tokio::test]
async fn what_speaks_against_credentials_is_told_apart() {
    let world = World::new(HOST);
    for (id, kind) in [
        (UNKNOWN_KEY, FailureKind::Refused),
        (ENDED_KEY, FailureKind::Refused),
        (FORBIDDEN_KEY, FailureKind::NotAllowed),
    ] {
        let failure = clouds(&world)
            .token(&keys(id, KEY_SECRET))
            .await
            .unwrap_err();
        assert_eq!(failure.kind, kind, "{id}");
    }
    let failure = clouds(&world).token(&machine()).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::NoCredentials);
    assert!(failure.hint().contains("aws sso login"));
    let mut gone = machine();
    gone.sign_in.profile = Some("gone".to_owned());
    let failure = clouds(&world).token(&gone).await.unwrap_err();
    assert!(failure.message().contains("no profile gone"), "{failure}");
}

#[tokio::test]
async fn a_wrong_clock_is_known_by_the_date_of_the_refusal() {
    let world = World::new(HOST);
    world.apis.set_date("Tue, 14 Jul 2020 03:33:20 GMT");
    let ask = keys(UNKNOWN_KEY, KEY_SECRET);
    let failure = clouds(&world).token(&ask).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::ClockWrong);
}

#[tokio::test]
async fn a_profile_that_leads_to_itself_ends() {
    let world = World::new(HOST);
    world.write(
        ".aws/config",
        &format!(
            "[profile a]\nrole_arn = {ROLE}\nsource_profile = b\n\
             [profile b]\nrole_arn = {ROLE}\nsource_profile = a\n"
        ),
    );
    let mut ask = machine();
    ask.sign_in.profile = Some("a".to_owned());
    let failure = clouds(&world).token(&ask).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::BadConfiguration);
}
