export { PasswordPage } from "./PasswordPage.tsx";
export { SessionsPage } from "./SessionsPage.tsx";
export { TokensPage } from "./TokensPage.tsx";
