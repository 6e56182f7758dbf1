import type {
  ApplyPlan,
  ImportCredentials,
  ImportFindings,
  ImportResult,
  Nothing,
  ToolChange,
  ToolPlan,
  ToolsPage,
} from '../bindings';

declare module '../bindings/commands' {
  interface Commands {
    list_tools: [Nothing, ToolsPage];
    plan_tools: [ToolChange, ToolPlan];
    apply_plan: [ApplyPlan, ToolsPage];
    search_import: [Nothing, ImportFindings];
    import_credentials: [ImportCredentials, ImportResult];
  }
}
