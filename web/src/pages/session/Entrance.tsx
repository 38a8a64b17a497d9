import type { ReactNode } from "react";
import { LanguageMenu } from "../../components/LanguageMenu.tsx";
import { Wordmark } from "../../components/Logo.tsx";

/** The page of someone who is not inside yet. */
export function Entrance({ title, children }: { title: ReactNode; children: ReactNode }) {
  return (
    <main className="entrance">
      <div className="entrance-box">
        <Wordmark />
        <div className="card entrance-card">
          <h1>{title}</h1>
          {children}
        </div>
        <LanguageMenu />
      </div>
    </main>
  );
}
