const text = 'modules'
