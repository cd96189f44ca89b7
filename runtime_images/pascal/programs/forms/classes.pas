program Classes;

uses
  {$ifdef unix}cthreads,{$endif} SysUtils;

type
  TCounter = class
  private
    FValue: Integer;
  public
    procedure Add(Step: Integer);
    property Value: Integer read FValue;
  end;

procedure TCounter.Add(Step: Integer);
begin
  FValue := FValue + Step;
end;

var
  Counter: TCounter;
begin
  Counter := TCounter.Create;
  Counter.Add(100000);
  try
    if Counter.Value = 100000 then
      raise Exception.Create('ok');
  except
    on Failure: Exception do
      WriteLn(Failure.Message);
  end;
  Counter.Free;
end.
