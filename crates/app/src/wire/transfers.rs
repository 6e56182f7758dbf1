//! Moving images: between registries, folders and archives; and deleting them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::error::CommandError;
use super::images::ImageRef;

/// The form of an image in files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ImageForm {
    /// An OCI layout: a folder.
    Folder,
    /// A tar archive that `docker load` takes.
    Archive,
}

/// Where an image is, or is to be. In this form it also lies on the disk, so it names a registry
/// by its record and never holds a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "at", rename_all = "snake_case")]
pub enum TransferPlace {
    /// In a container registry.
    Registry {
        /// The registry's id.
        registry: String,
        /// The repository's name.
        repository: String,
        /// A tag or a digest.
        reference: String,
    },
    /// In a folder or an archive of this computer.
    File {
        /// In which form.
        form: ImageForm,
        /// The absolute path.
        path: String,
        /// Which image of several: its name there, or its digest; `None` for the only one.
        image: Option<String>,
    },
}

/// Which way an image goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TransferKind {
    /// From a registry to a file.
    Download,
    /// From a file to a registry.
    Upload,
    /// From a registry to a registry.
    Copy,
}

/// What is to be moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NewTransfer {
    /// From where.
    pub from: TransferPlace,
    /// To where.
    pub to: TransferPlace,
    /// The platforms whose images are taken along, like `linux/arm64/v8`; `None` for all.
    pub platforms: Option<Vec<String>>,
    /// Whether signatures, SBOMs and the like come along.
    pub referrers: bool,
}

/// Why a transfer waits for more than its turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TransferWait {
    /// The vault with the registry's password or token is locked.
    VaultLocked,
}

/// How a transfer stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(
    tag = "state",
    rename_all = "snake_case",
    rename_all_fields = "camelCase"
)]
pub enum TransferState {
    /// Its turn has not come.
    Waiting {
        /// What has to happen first; `None` where only others are before it.
        reason: Option<TransferWait>,
    },
    /// It goes on.
    Running {
        /// Bytes per second over the last moments, where that is known.
        #[ts(type = "number | null")]
        rate: Option<u64>,
        /// Seconds that it will still take, where that is known.
        #[ts(type = "number | null")]
        seconds_left: Option<u64>,
    },
    /// It broke, and is tried again by itself.
    Retrying {
        /// When.
        at: String,
        /// Which attempt that will be, 2 or more.
        attempt: u32,
        /// Why it broke.
        error: CommandError,
    },
    /// The person has stopped it for now.
    Paused,
    /// It cannot go on by itself.
    Failed {
        /// Why, and what to do next.
        error: CommandError,
    },
    /// Everything has arrived and was verified.
    Done {
        /// When.
        at: String,
        /// The digest of what has arrived.
        digest: String,
    },
    /// The person has given it up.
    Cancelled,
}

/// A transfer as the window shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TransferRow {
    /// Its id.
    pub id: String,
    /// Which way.
    pub kind: TransferKind,
    /// The image, without its host: `team/app:1.0`.
    pub name: String,
    /// From where, in words: a registry's name with the image, or a path.
    pub from: String,
    /// To where, in words.
    pub to: String,
    /// The registry that it goes to, or comes from where it goes to a file.
    pub registry: Option<String>,
    /// The image that it puts into a registry; `None` where it goes to a file.
    pub image: Option<ImageRef>,
    /// When it was asked for.
    pub added: String,
    /// Bytes that are there so far.
    #[ts(type = "number")]
    pub done: u64,
    /// Bytes in all, where that is known.
    #[ts(type = "number | null")]
    pub total: Option<u64>,
    /// Bytes that did not have to be sent because they were there already.
    #[ts(type = "number")]
    pub spared: u64,
    /// How it stands.
    pub state: TransferState,
}

/// All transfers, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TransferList {
    /// The transfers.
    pub rows: Vec<TransferRow>,
    /// What was wrong with the file that remembers them, at the start of the window.
    pub problem: Option<String>,
}

/// A transfer.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TransferRef {
    /// Its id.
    pub id: String,
}

/// What a person does with a transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TransferAction {
    /// Stop it for now.
    Pause,
    /// Go on after a pause, or now instead of later.
    Resume,
    /// Give it up.
    Cancel,
    /// Try a failed or cancelled one again.
    Retry,
    /// Take one that has ended out of the list.
    Remove,
}

/// Request of `control_transfer`.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ControlTransfer {
    /// Which one.
    pub id: String,
    /// What to do.
    pub action: TransferAction,
}

/// Request of `read_movable`.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReadMovable {
    /// Where it is. Of a file only the path and its form matter.
    pub from: TransferPlace,
    /// Names this reading.
    pub operation: super::OperationId,
}

/// One image of an index, with what moving it costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MovablePlatform {
    /// Where it runs, like `linux/arm64/v8`.
    pub name: String,
    /// Bytes of everything in it, as they are moved; `None` where that was not looked up.
    #[ts(type = "number | null")]
    pub size: Option<u64>,
}

/// An image that can be moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MovableImage {
    /// What it is called where it is: a tag, a name in an archive; `None` where it has none.
    pub name: Option<String>,
    /// Its digest.
    pub digest: String,
    /// The images of the index; empty where it is none.
    pub platforms: Vec<MovablePlatform>,
    /// Bytes of everything that it is made of, without what belongs to it; `None` where that was
    /// not looked up.
    #[ts(type = "number | null")]
    pub size: Option<u64>,
}

/// What can be moved from a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MovablePage {
    /// The images.
    pub images: Vec<MovableImage>,
    /// Where downloads are saved where nothing else is chosen: a folder.
    pub folder: String,
}

/// What a transfer meets where it goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(
    tag = "target",
    rename_all = "snake_case",
    rename_all_fields = "camelCase"
)]
pub enum TargetState {
    /// Nothing of that name.
    Free,
    /// The very same image already: little or nothing is left to do.
    Same,
    /// Another image, whose tag will name the new one; or a file, which will be replaced.
    Taken {
        /// The digest of what is there, where it has one.
        digest: Option<String>,
    },
}

/// Request of `review_transfer`.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReviewTransfer {
    /// What is to be moved.
    pub wanted: NewTransfer,
    /// Names this reading.
    pub operation: super::OperationId,
}

/// The file dialogs of transfers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ImageFilePurpose {
    /// A folder into which an image is saved.
    SaveFolder,
    /// An archive to write.
    SaveArchive,
    /// A folder with images to upload.
    OpenFolder,
    /// An archive with images to upload.
    OpenArchive,
}

/// Request of `choose_image_file`.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChooseImageFile {
    /// What for.
    pub purpose: ImageFilePurpose,
    /// What an archive is called where nothing else is chosen.
    pub name: String,
}

/// What goes when a tag or a digest is deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ImageDeletion {
    /// The image's whole name.
    pub name: String,
    /// The digest of what the tag means.
    pub digest: String,
    /// The other tags that name the same image.
    pub shared: Vec<String>,
    /// Whether there may be more such tags than were looked at.
    pub more: bool,
}

/// Request of `review_deletion`.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReviewDeletion {
    /// Which image.
    pub image: ImageRef,
    /// Names this reading.
    pub operation: super::OperationId,
}

/// Request of `delete_image`.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct DeleteImage {
    /// Which image.
    pub image: ImageRef,
    /// The digest that was shown: where the tag means another image by now, nothing is deleted.
    pub digest: String,
    /// Whether the image goes with all its tags; else only the tag.
    pub whole: bool,
    /// The tag or digest as the person has typed it.
    pub typed: String,
}
