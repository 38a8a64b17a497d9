export { PasswordPage } from "./PasswordPage.tsx";
export { PreferencesPage } from "./PreferencesPage.tsx";
export { SessionsPage } from "./SessionsPage.tsx";
export { TokensPage } from "./TokensPage.tsx";
