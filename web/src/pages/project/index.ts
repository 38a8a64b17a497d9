export { DirectoryPage } from "./DirectoryPage.tsx";
export { ProjectHomePage } from "./ProjectHomePage.tsx";
export { ProjectSettingsPage } from "./ProjectSettingsPage.tsx";
