export { NewUploadPage } from "./NewUploadPage.tsx";
export { UploadPage } from "./UploadPage.tsx";
export { UploadsPage } from "./UploadsPage.tsx";
