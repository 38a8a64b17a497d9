export { AuditLogPage } from "./AuditLogPage.tsx";
export { CompanyConnectionsPage } from "./CompanyConnectionsPage.tsx";
export { CompanyPeoplePage } from "./CompanyPeoplePage.tsx";
export { CompanySettingsPage } from "./CompanySettingsPage.tsx";
export { ServiceAccountsPage } from "./ServiceAccountsPage.tsx";
export { TemplatesPage } from "./TemplatesPage.tsx";
