"""The verbs: one module each, assembled from the layers below."""
