"""Pure functions of manifests: the asset graph, selections, and the plan of a run."""
