import { QueryClient } from "@tanstack/react-query";
import { asProblem } from "./problem.ts";

/** Answers that will not change by asking again at once. */
const final = (status: number) => status >= 400 && status < 500 && status !== 429;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (count, error) => !final(asProblem(error).status) && count < 2,
      networkMode: "always",
    },
    mutations: { networkMode: "always" },
  },
});
