RELEASE = 'unset'
