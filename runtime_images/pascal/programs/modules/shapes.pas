unit Shapes;

interface

function Area(Side: Integer): Integer;

implementation

function Area(Side: Integer): Integer;
begin
  Area := Side * Side;
end;

end.
