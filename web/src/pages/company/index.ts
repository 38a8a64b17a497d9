export { CompanyConnectionsPage } from "./CompanyConnectionsPage.tsx";
export { CompanyPeoplePage } from "./CompanyPeoplePage.tsx";
export { CompanySettingsPage } from "./CompanySettingsPage.tsx";
