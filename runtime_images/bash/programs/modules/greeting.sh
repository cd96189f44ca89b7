text=modules
