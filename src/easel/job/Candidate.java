package easel.job;

import easel.core.Model;
import easel.core.Provider;

/** One way to do a task. */
record Candidate(Provider provider, Model model) {}
