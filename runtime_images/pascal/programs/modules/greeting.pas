unit Greeting;

interface

const
  Message = 'modules';

implementation

end.
