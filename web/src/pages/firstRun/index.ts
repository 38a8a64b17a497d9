export { FirstRunPage } from "./FirstRunPage.tsx";
export { SetUpPage } from "./SetUpPage.tsx";
