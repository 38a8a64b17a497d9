export { ConnectionPage } from "./ConnectionPage.tsx";
export { ConnectionSettingsPage } from "./ConnectionSettingsPage.tsx";
export { ConnectionsPage } from "./ConnectionsPage.tsx";
export { NewConnectionPage } from "./NewConnectionPage.tsx";
