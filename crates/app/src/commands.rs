//! The one list of commands. It feeds the shell's handlers, the TypeScript map and the tests
//! that every command has a permission.

/// Calls `$macro!` with every command as `name(Request) -> Response` in its permission group.
#[macro_export]
macro_rules! with_commands {
    ($macro:ident) => {
        $macro! {
            session {
                start(Nothing) -> Start,
                environment(Nothing) -> Environment,
                cancel_operation(CancelOperation) -> Done,
            }
            registries_read {
                list_registries(ListRegistries) -> RegistryPage,
                get_registry(RegistryRef) -> RegistryDetails,
                review_draft(ReviewDraft) -> DraftReview,
                choose_file(ChooseFile) -> ChosenFile,
                which_credential(WhichCredential) -> CredentialAnswer,
                open_token_page(OpenTokenPage) -> Done,
            }
            registries_check {
                test_registry(TestRegistry) -> TestResult,
                check_registries(CheckRegistries) -> CheckSummary,
            }
            registries_write {
                add_registry(AddRegistry) -> RegistryDetails,
                update_registry(UpdateRegistry) -> RegistryDetails,
                delete_registry(RegistryRef) -> Deleted,
                undo_delete(RegistryRef) -> RegistryDetails,
                restore_backup(Nothing) -> Done,
            }
            token_reveal {
                reveal_token(RegistryRef) -> RevealedToken,
            }
            token_copy {
                copy_token(RegistryRef) -> Copied,
            }
            vault {
                vault_status(Nothing) -> VaultStatus,
                unlock_vault(Passphrase) -> VaultStatus,
                lock_vault(Nothing) -> VaultStatus,
                create_vault(Passphrase) -> VaultStatus,
                change_passphrase(ChangePassphrase) -> VaultStatus,
                use_keychain(Nothing) -> VaultStatus,
                discard_vault(Nothing) -> VaultStatus,
            }
            tools_read {
                list_tools(Nothing) -> ToolsPage,
                plan_tools(ToolChange) -> ToolPlan,
                search_import(Nothing) -> ImportFindings,
            }
            tools_write {
                apply_plan(ApplyPlan) -> ToolsPage,
                import_credentials(ImportCredentials) -> ImportResult,
            }
            hosting_read {
                hosting_status(Nothing) -> HostingStatus,
                list_sources(Nothing) -> SourceList,
                get_source(SourceRef) -> SourceDetails,
                review_source(ReviewSource) -> SourceReview,
                list_packages(ListPackages) -> PackagePage,
                get_package(PackageRef) -> PackageDetails,
                open_package_image(OpenPackageImage) -> ImageFacts,
                package_manifest(PackageRef) -> RawManifest,
                instructions(InstructionsFor) -> Instructions,
                list_api_tokens(Nothing) -> ApiTokens,
                verify_storage(VerifyStorage) -> VerifyReport,
                storage_usage(Nothing) -> StorageUsage,
                storage_folder(Nothing) -> StorageFolder,
                package_usage(SourceRef) -> PackageUsages,
                get_retention(SourceRef) -> Retention,
                preview_retention(RetentionRule) -> RetentionReport,
                network_sharing(Nothing) -> NetworkSharing,
                network_code(NetworkCode) -> QrCode,
            }
            hosting_network {
                share_on_network(ShareOnNetwork) -> NetworkSharing,
                save_network(SaveNetwork) -> NetworkSharing,
                renew_certificate(Nothing) -> NetworkSharing,
                export_authority(Nothing) -> ChosenFile,
            }
            hosting_write {
                restart_hosting(Nothing) -> HostingStatus,
                create_source(CreateSource) -> SourceDetails,
                update_source(UpdateSource) -> SourceDetails,
                set_source_visibility(SetVisibility) -> SourceDetails,
                delete_source(DeleteSource) -> Done,
                collect_garbage(Nothing) -> Collected,
            }
            packages_write {
                choose_packages(SourceRef) -> OfferedFiles,
                publish_files(PublishFiles) -> PublishResult,
                download_file(DownloadFile) -> Downloaded,
                withdraw_version(WithdrawVersion) -> PackageDetails,
                copy_package(CopyPackage) -> Done,
                delete_package(PackageRef) -> Done,
            }
            hosting_storage {
                repair_storage(Nothing) -> StorageRepaired,
                save_retention(RetentionRule) -> Retention,
                run_retention(SourceRef) -> RetentionReport,
                back_up_storage(BackUpStorage) -> StorageBackedUp,
                choose_backup(Nothing) -> ChosenBackup,
                restore_storage(RestoreStorage) -> StorageRestored,
                open_storage_folder(Nothing) -> Done,
                choose_storage_folder(Nothing) -> ChosenStorageFolder,
                move_storage(MoveStorage) -> StorageMoved,
                find_storage(Nothing) -> StorageFolder,
                start_storage_anew(Nothing) -> StorageFolder,
            }
            hosting_tokens {
                create_registry_token(CreateRegistryToken) -> SourceDetails,
                update_registry_token(UpdateRegistryToken) -> SourceDetails,
                delete_registry_token(RegistryTokenRef) -> SourceDetails,
                copy_registry_token(RegistryTokenRef) -> Copied,
                copy_snippet(CopySnippet) -> Copied,
                delete_api_token(ApiTokenRef) -> ApiTokens,
            }
            hosting_token_reveal {
                reveal_registry_token(RegistryTokenRef) -> RevealedToken,
                create_api_token(CreateApiToken) -> CreatedApiToken,
            }
            odo_read {
                odo_page(Nothing) -> OdoPage,
                plan_odo(OdoChange) -> OdoPlan,
            }
            odo_write {
                apply_odo(ApplyPlan) -> OdoPage,
                import_odo(ImportOdo) -> OdoImport,
            }
            stacks_read {
                stack_sources(Nothing) -> StackSources,
                load_stacks(LoadStacks) -> StackSources,
                find_stacks(FindStacks) -> StackPage,
                get_stack(StackRef) -> StackDetails,
                get_devfile(DevfileRef) -> DevfileText,
                stack_icon(StackRef) -> StackIcon,
            }
            stacks_save {
                choose_folder(Nothing) -> ChosenFile,
                save_stack(SaveStack) -> SaveOutcome,
                finish_save(FinishSave) -> SaveOutcome,
            }
            images_read {
                list_repositories(ListRepositories) -> RepositoryPage,
                forget_repository(RepositoryRef) -> Done,
                list_tags(ListTags) -> TagPage,
                open_image(OpenImage) -> ImagePage,
                review_image(ImageRef) -> ImageName,
                raw_manifest(ImageRef) -> RawManifest,
                compare_images(CompareImages) -> ComparisonPage,
                pull_limit(RegistryRef) -> PullLimit,
            }
            images_secret {
                copy_pull_secret(CopyPullSecret) -> Copied,
            }
            transfers {
                read_movable(ReadMovable) -> MovablePage,
                review_transfer(ReviewTransfer) -> TargetState,
                choose_image_file(ChooseImageFile) -> ChosenFile,
                start_transfer(NewTransfer) -> TransferRow,
                list_transfers(Nothing) -> TransferList,
                control_transfer(ControlTransfer) -> TransferList,
                remove_ended(Nothing) -> TransferList,
                open_transfer(TransferRef) -> Done,
            }
            images_delete {
                review_deletion(ReviewDeletion) -> ImageDeletion,
                delete_image(DeleteImage) -> Done,
            }
            registries_order {
                move_registry(MoveRegistry) -> Done,
            }
            cluster {
                read_cluster(ReadCluster) -> ClusterPage,
                copy_from_cluster(RegistryRef) -> RegistryDetails,
            }
            registries_share {
                choose_export(Nothing) -> ChosenFile,
                export_registries(ExportRegistries) -> RegistriesExported,
                read_shared(ReadShared) -> SharedReview,
                import_shared(ImportShared) -> SharedImported,
            }
            activity {
                list_activity(ListActivity) -> ActivityPage,
                export_activity(ExportActivity) -> Exported,
            }
            settings {
                save_settings(Settings) -> Settings,
            }
        }
    };
}
