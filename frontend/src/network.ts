/** The network of the world on a day, drawn by cytoscape when a reader asks for it. */
