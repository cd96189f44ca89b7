: broken-promise -1 throw ; broken-promise
